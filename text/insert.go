package text

import (
	"regexp"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"go.yaml.in/yaml/v3"
)

// Member is a key with its value, a string, a json.Number or a bool, of an entry to be written.
type Member struct {
	Name  string
	Value any
}

// InsertItem writes an entry before the i-th of the list at a JSON pointer, in the manner of that
// entry: as a block or in braces, as far indented and as widely spaced.
func (c *Chunk) InsertItem(pointer string, i int, members ...Member) *diag.Fix {
	p, ok := c.written(pointer + diag.Pointer(i))
	if !ok || p.parent.Kind != yaml.SequenceNode || p.value.Kind != yaml.MappingNode || p.value.Anchor != "" || p.value.Style&yaml.TaggedStyle != 0 || len(p.value.Content) < 4 {
		return nil
	}
	var at int
	var text string
	switch item := p.value; {
	case p.parent.Style&yaml.FlowStyle != 0:
		at, text, ok = c.flowItem(p.parent, i, members)
	case item.Style&yaml.FlowStyle != 0:
		at, text, ok = c.bracedItem(item, members)
	default:
		at, text, ok = c.blockItem(item, members)
	}
	if !ok {
		return nil
	}
	return &diag.Fix{Edits: c.edit(at, at, text)}
}

// dash is the beginning of a line that holds the first key of an entry.
var dash = regexp.MustCompile(`^ *- +$`)

// blockItem writes an entry as lines of its own, above the comment that the next one has.
func (c *Chunk) blockItem(item *yaml.Node, members []Member) (at int, text string, ok bool) {
	line, before, eol := c.lineOf(c.NodeOffset(item.Content[0]))
	if !dash.MatchString(before) || eol == "" || item.Content[0].Anchor != "" {
		return 0, "", false
	}
	var b strings.Builder
	indent := before
	for _, m := range members {
		value, ok := spelled(m.Value, &yaml.Node{Line: 1})
		if !ok {
			return 0, "", false
		}
		b.WriteString(indent + m.Name + ": " + value + eol)
		indent = strings.Repeat(" ", len(indent))
	}
	return c.aboveComment(line, before), b.String(), true
}

// bracedItem writes an entry in braces on a line of its own.
func (c *Chunk) bracedItem(item *yaml.Node, members []Member) (at int, text string, ok bool) {
	line, indent, eol := c.lineOf(c.NodeOffset(item))
	entry, ok := c.braced(item, members)
	if !ok || !dash.MatchString(indent) || eol == "" || strings.ContainsAny(entry, lineBreaks) {
		return 0, "", false
	}
	return c.aboveComment(line, indent), indent + entry + eol, true
}

// flowItem writes an entry in braces before another one in the same brackets.
func (c *Chunk) flowItem(list *yaml.Node, i int, members []Member) (at int, text string, ok bool) {
	item := list.Content[i]
	entry, ok := c.braced(item, members)
	if !ok {
		return 0, "", false
	}
	at = c.NodeOffset(item)
	next := min(max(i, 1), len(list.Content)-1) // the space between two entries tells how wide it is
	if next == 0 {
		before := c.Text[c.NodeOffset(list)+1 : at]
		switch {
		case !white(before):
			return 0, "", false
		case strings.ContainsAny(before, lineBreaks):
			return at, entry + "," + before, true
		case strings.Contains(entry, " "):
			return at, entry + ", ", true
		}
		return at, entry + ",", true
	}
	end, ok := c.flowEnd(list.Content[next-1])
	if !ok {
		return 0, "", false
	}
	between := c.Text[end:c.NodeOffset(list.Content[next])]
	return at, entry + between, comma(between)
}

// braced writes an entry as another one is written: its brackets, colons and commas with the
// space around them are those of the other one's first two members.
func (c *Chunk) braced(model *yaml.Node, members []Member) (string, bool) {
	if model.Style&yaml.FlowStyle == 0 || len(model.Content) < 4 {
		return "", false
	}
	key, value, second := model.Content[0], model.Content[1], model.Content[2]
	keyStart, keyEnd, ok1 := c.token(key)
	valueStart, valueEnd, ok2 := c.token(value)
	lastEnd, ok3 := c.flowEnd(model.Content[len(model.Content)-1])
	end, ok4 := c.flowEnd(model)
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return "", false
	}
	open, colon := c.Text[c.NodeOffset(model)+1:keyStart], c.Text[keyEnd:valueStart]
	between, closing := c.Text[valueEnd:c.NodeOffset(second)], c.Text[lastEnd:end-1]
	if !white(open) || !white(closing) || !comma(between) || !white(strings.Replace(colon, ":", "", 1)) {
		return "", false
	}
	var b strings.Builder
	b.WriteString("{" + open)
	for i, m := range members {
		if i > 0 {
			b.WriteString(between)
		}
		name, _ := spelled(m.Name, key)
		text, ok := spelled(m.Value, &yaml.Node{Line: key.Line})
		if !ok {
			return "", false
		}
		b.WriteString(name + colon + text)
	}
	b.WriteString(closing + "}")
	return b.String(), true
}

// flowEnd is the offset behind a node that stands in brackets.
func (c *Chunk) flowEnd(n *yaml.Node) (int, bool) {
	if n.Kind == yaml.ScalarNode {
		_, end, ok := c.token(n)
		return end, ok
	}
	if n.Kind == yaml.AliasNode || n.Style&yaml.FlowStyle == 0 {
		return 0, false
	}
	end, ok := c.NodeOffset(n)+1, true
	if len(n.Content) > 0 {
		end, ok = c.flowEnd(n.Content[len(n.Content)-1])
	}
	if !ok {
		return 0, false
	}
	rest := strings.TrimLeft(c.Text[end:], " \t\r\n")
	if rest == "" || rest[0] != '}' && rest[0] != ']' {
		return 0, false // a comment, or one more comma
	}
	return len(c.Text) - len(rest) + 1, true
}

func white(s string) bool { return strings.Trim(s, " \t\r\n") == "" }

// comma reports one comma with nothing but space around it.
func comma(s string) bool { return strings.Count(s, ",") == 1 && white(strings.Replace(s, ",", "", 1)) }

// lineOf gives the offset of the line that an offset lies on, what stands in it before, and the
// characters that it ends with.
func (c *Chunk) lineOf(offset int) (line int, before, eol string) {
	line = strings.LastIndexByte(c.Text[:offset], '\n') + 1
	end := strings.IndexByte(c.Text[offset:], '\n')
	switch {
	case end < 0: // the last line, which need not end
	case strings.HasSuffix(c.Text[:offset+end], "\r"):
		eol = "\r\n"
	default:
		eol = "\n"
	}
	return line, c.Text[line:offset], eol
}

// aboveComment goes up from a line over the comments that stand right above it and as far
// indented: they are about what is below them.
func (c *Chunk) aboveComment(line int, indent string) int {
	depth := len(indent) - len(strings.TrimLeft(indent, " "))
	for line > 0 {
		above, before, _ := c.lineOf(line - 1)
		text := strings.TrimLeft(before, " ")
		if !strings.HasPrefix(text, "#") || len(before)-len(text) != depth {
			break
		}
		line = above
	}
	return line
}
