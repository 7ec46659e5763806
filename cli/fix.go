package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/pipeline"
	"github.com/urfave/cli/v2"
)

func fixFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "fix", Usage: "fix in place what has one possible meaning only, and timeouts that do not suit the named hops; change nothing else"},
		&cli.BoolFlag{Name: "dry-run", Usage: "with --fix: write nothing, print what would change as a unified diff"},
	}
}

// mostRounds bounds how often fixed text is read again: a field that is found under its right
// name may need a unit, and no fix makes room for more than a few others.
const mostRounds = 8

// fix fixes files and then reports what is left. With --dry-run it reports what there is, and shows how it
// would be fixed.
func (s *streams) fix(o *validateOptions, texts pipeline.Texts, before run) error {
	judge := func(now []*diag.Source) run {
		defer s.watch()()
		texts.Sources = now
		return s.judge(o, texts)
	}
	m := fixAll(texts.Sources, o.suppress(before).Found, func(now []*diag.Source) diag.List { return o.suppress(judge(now)).Found })
	if o.dryRun {
		if err := toStdout(fmt.Fprint(s.out, m.diff())); err != nil {
			return err
		}
		return s.finish(o.options, before, m.summary("would be fixed"))
	}
	linked, err := m.write()
	if err != nil {
		return err
	}
	return s.finish(o.options, judge(m.now), m.summary("fixed")+linked)
}

// fixing is texts as they were and as their fixes make them.
type fixing struct {
	was, now []*diag.Source // the same where nothing is fixed
	fixed    int
}

// fixAll puts the findings' fixes into the texts, and judges the texts again, since a fix may bring
// something to light that has one, too: in its document, or in the set, which is judged when no
// document has an error.
func fixAll(sources []*diag.Source, found diag.List, judge func([]*diag.Source) diag.List) fixing {
	m := fixing{was: sources, now: slices.Clone(sources)}
	for range mostRounds {
		fixes := map[*diag.Source][]*diag.Fix{}
		for _, d := range found {
			if d.Fix != nil {
				fixes[d.Source] = append(fixes[d.Source], d.Fix)
			}
		}
		before := m.fixed
		for i, src := range m.now {
			text, n := src.ApplyFixes(fixes[src])
			if n == 0 {
				continue
			}
			m.fixed += n
			m.now[i] = diag.NewSource(src.Path(), markOf(src)+text)
		}
		if m.fixed == before {
			break
		}
		found = judge(m.now)
	}
	return m
}

// markOf is the byte order mark of a text, or "".
func markOf(src *diag.Source) string { return "\ufeff"[:src.Mark()] }

// bytesOf is a text as its file holds it.
func bytesOf(src *diag.Source) []byte { return []byte(markOf(src) + src.Text()) }

func (m fixing) changed() []int {
	var out []int
	for i := range m.now {
		if m.now[i] != m.was[i] {
			out = append(out, i)
		}
	}
	return out
}

func (m fixing) summary(word string) string {
	if m.fixed == 0 {
		return "nothing " + word
	}
	return fmt.Sprintf("%d %s in %s", m.fixed, word, diag.Plural(len(m.changed()), "file"))
}

// diff shows what fixing changes, as a unified diff.
func (m fixing) diff() string {
	var b strings.Builder
	for _, i := range m.changed() {
		name := m.was[i].Path()
		b.WriteString(unifiedDiff(name, name, string(bytesOf(m.was[i])), string(bytesOf(m.now[i]))))
	}
	return b.String()
}

// write puts every fixed text in the place of its file, but for none that is not as it was read. It
// names the files whose other hard links keep the old text, for the summary.
func (m fixing) write() (linked string, err error) {
	var files []output
	for _, i := range m.changed() {
		f, err := unchanged(filepath.FromSlash(m.was[i].Path()), bytesOf(m.was[i]))
		if err != nil {
			return "", err
		}
		f.text = bytesOf(m.now[i])
		if links(f.like) > 1 {
			linked += "; other hard links of " + f.name + " keep the old text"
		}
		files = append(files, f)
	}
	return linked, replace(files...)
}

// unchanged is a file that may be written and holds what it held. A link stays: what it leads to is replaced.
func unchanged(name string, was []byte) (output, error) {
	path, err := filepath.EvalSymlinks(name)
	if err != nil {
		return output{}, cannotRead(name, err)
	}
	have, err := os.ReadFile(path)
	switch {
	case err != nil:
		return output{}, cannotRead(name, err)
	case !bytes.Equal(have, was):
		return output{}, usage("run it again", "%s was changed by another program during this run, and nothing is written", name)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0) // renaming asks the directory alone; a file that may not be written stays
	if err != nil {
		return output{}, cannotWrite(name, err)
	}
	info, err := f.Stat()
	_ = f.Close()
	if err != nil {
		return output{}, cannotRead(name, err)
	}
	return output{name: name, path: path, like: info}, nil
}
