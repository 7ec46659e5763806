package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/pipeline"
	"github.com/connpolicy/connpolicy/text"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"
)

// What a fix must never do, whatever the text: change another place, or leave a text that says
// less than before. fixesHold applies each fix alone, and then all of them.

// fixesHold returns what is wrong with the fixes of a text, and how many there are.
func fixesHold(text string) (fixes int, err error) {
	src := diag.NewSource("a.yaml", text)
	was := readTexts(src)
	for _, d := range was.Found {
		if d.Fix == nil {
			continue
		}
		fixes++
		if err := fixHolds(src, was, d); err != nil {
			return fixes, fmt.Errorf("%s at %s: %w", d.Name, d.At(), err)
		}
	}
	if fixes == 0 {
		return 0, nil
	}
	m := fixAll([]*diag.Source{src}, was.Found, foundIn)
	switch again := fixAll(m.now, foundIn(m.now), foundIn); {
	case again.fixed > 0:
		return fixes, fmt.Errorf("what is mended is mended again:\n%s", again.diff())
	case m.fixed == 0:
		return fixes, errors.New("there are fixes, and none is made")
	case !bytes.HasPrefix(bytesOf(m.now[0]), []byte(markOf(src))):
		return fixes, errors.New("the byte order mark is lost")
	}
	_, err = objects(m.now[0])
	if _, before := objects(src); before != nil {
		err = nil // it was not all readable before
	}
	return fixes, err
}

// line has the schemas for all tests of fixes; texts are read in parallel.
var line = pipeline.New()

// readTexts reads texts as every command does.
func readTexts(sources ...*diag.Source) pipeline.Input {
	return line.Load(pipeline.Texts{Sources: sources}, &pipeline.Options{Namespace: "default"})
}

// foundIn is what the documents of sources give by themselves.
func foundIn(sources []*diag.Source) diag.List { return readTexts(sources...).Found }

// fixHolds applies one fix and looks at all that it changes.
func fixHolds(src *diag.Source, was pipeline.Input, d diag.Diagnostic) error {
	text, n := src.ApplyFixes([]*diag.Fix{d.Fix})
	if n != 1 || text == src.Text() {
		return errors.New("the fix changes nothing")
	}
	mended := diag.NewSource("a.yaml", markOf(src)+text)
	now := readTexts(mended)
	if countOf(now.Found, d) >= countOf(was.Found, d) {
		return fmt.Errorf("the finding is there still:\n%s", text)
	}
	for _, e := range now.Found {
		if e.Severity == diag.Error && countOf(now.Found, e) > countOf(was.Found, e) && !brought(d, e) {
			return fmt.Errorf("there is a new error: %s [%s]\n%s", e.Message, e.Name, text)
		}
	}
	before, err := objects(src)
	if err != nil {
		return nil // some of the text could not be read before
	}
	after, err := objects(mended)
	if err != nil || len(after) != len(before) {
		return fmt.Errorf("the text held %d objects and holds %d: %w\n%s", len(before), len(after), err, text)
	}
	return onlyThat(d, before, after)
}

func countOf(found diag.List, d diag.Diagnostic) int {
	n := 0
	for _, e := range found {
		if e.Code == d.Code && e.Message == d.Message {
			n++
		}
	}
	return n
}

// brought reports an error that a fix may bring to light: one of an object that was not read
// before, one about the value that can be read now, one of a rule that waits for all below its
// place to be right, and, once a field has its name, one at or below it or at a field beside it:
// a socket option's value is judged when its level is known. A refused value takes part in no rule
// until it is right. Then its neighbors, and what is below them, may conflict with it, as options of
// HTTP/1 and HTTP/2 do with useHttp2.
func brought(d, e diag.Diagnostic) bool {
	within := d.Field
	if d.Fix.Value == nil {
		within = d.Field[:max(0, strings.LastIndexByte(d.Field, '/'))]
	}
	beside := func(field string) string { return field[:max(0, strings.LastIndexByte(field, '/'))] }
	if d.Severity == diag.Error && strings.HasPrefix(e.Field, beside(d.Field)+"/") {
		return true
	}
	return d.Code == diag.UnknownKind || e.Field == within || strings.HasPrefix(within, e.Field+"/") || strings.HasPrefix(e.Field, within+"/") && d.Fix.Value == nil
}

func TestAFieldUnderItsRightNameLetsThoseBesideItBeJudged(t *testing.T) {
	const options = "apiVersion: gateway.solo.io/v1\nkind: Gateway\nmetadata: {name: a, namespace: b}\nspec:\n  bindPort: 8080\n  httpGateway: {}\n  options:\n    socketOptions:\n    - {level: 1, name: 9, intValue: 1}\n    - {levell: 6, name: 4, intValue: 60000}\n"
	if n, err := fixesHold(options); n != 1 || err != nil {
		t.Errorf("%d fixes: %v", n, err)
	}
}

func TestAValueThatIsRightLetsThoseBesideItBeJudged(t *testing.T) {
	const upstream = "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: a, namespace: b}\nspec:\n  static: {hosts: [{addr: a.example.com, port: 80}]}\n  useHttp2: \"true\"\n"
	for _, beside := range []string{
		"  initialStreamWindowSize: 32768\n",
		"  connectionConfig: {http1ProtocolOptions: {enableTrailers: true}}\n",
	} {
		if n, err := fixesHold(upstream + beside); n != 1 || err != nil {
			t.Errorf("%s%d fixes: %v", beside, n, err)
		}
	}
}

func withoutNull(values []string) []string {
	return slices.DeleteFunc(values, func(v string) bool { return v == "null" })
}

// onlyThat compares the trees of all objects: one leaf has the fix's value, or one key another
// name, or one list one entry more, and nothing else differs.
func onlyThat(d diag.Diagnostic, before, after []any) error {
	was, now := map[string]string{}, map[string]string{}
	flatten(was, "", before)
	flatten(now, "", after)
	var gone, come []string
	for p, v := range was {
		if w, there := now[p]; !there || w != v {
			gone = append(gone, p)
		}
	}
	for p, v := range now {
		if w, there := was[p]; !there || w != v {
			come = append(come, p)
		}
	}
	slices.Sort(gone)
	slices.Sort(come)
	values := func(of map[string]string, places []string) (out []string) {
		for _, p := range places {
			out = append(out, of[p])
		}
		slices.Sort(out)
		return out
	}
	switch value, _ := json.Marshal(d.Fix.Value); {
	case d.Fix.Value != nil && len(gone) == 1 && slices.Equal(gone, come) && now[come[0]] == string(value):
	case d.Code == diag.KeepaliveOff && len(now) == len(was)+4:
		want := append(slices.Collect(maps.Values(was)), "1", "9", "1", `"STATE_PREBIND"`)
		slices.Sort(want)
		if have := slices.Sorted(maps.Values(now)); !slices.Equal(want, have) {
			return fmt.Errorf("an entry comes in and more changes: %v, %v", want, have)
		}
	case d.Code == diag.NoBreakSpace && slices.Equal(withoutNull(values(was, gone)), values(now, come)): // lines that go below a key without a value
	case d.Fix.Value == nil && len(gone) == len(come) && slices.Equal(values(was, gone), values(now, come)):
	default:
		return fmt.Errorf("it changes %q to %q, for the value %s", gone, come, value)
	}
	return nil
}

func flatten(out map[string]string, at string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, child := range v {
			flatten(out, at+diag.Pointer(k), child)
		}
		if len(v) == 0 {
			out[at] = "{}"
		}
	case []any:
		for i, child := range v {
			flatten(out, at+diag.Pointer(i), child)
		}
		if len(v) == 0 {
			out[at] = "[]"
		}
	default:
		text, _ := json.Marshal(v)
		out[at] = string(text)
	}
}

// objects are the trees of a text, document by document, as kubectl reads them.
func objects(src *diag.Source) (out []any, err error) {
	for _, c := range text.Split(src) {
		dec := json.NewDecoder(strings.NewReader(strings.TrimPrefix(c.Text, "---")))
		var list []any
		for err = nil; err == nil; {
			var v any
			if err = dec.Decode(&v); err == nil {
				list = append(list, v)
			}
		}
		if !errors.Is(err, io.EOF) || len(list) == 0 {
			var v any
			if err := yaml.Unmarshal([]byte(c.Text), &v); err != nil {
				return nil, err
			}
			list = []any{v}
		}
		out = append(out, list...)
	}
	return out, nil
}

// fixTexts are the golden inputs, the examples, and texts that have much to mend.
func fixTexts(t testing.TB) []string {
	t.Helper()
	var texts []string
	for _, pattern := range []string{"../golden/*/input*", "../examples/*/*.yaml", "testdata/fix/*"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no texts match %s: %v", pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, string(text))
		}
	}
	return texts
}

func TestFixesChangeNothingButWhatIsWrong(t *testing.T) {
	var total atomic.Int64
	t.Run("texts", func(t *testing.T) {
		for i, text := range fixTexts(t) {
			if fixless(text) {
				continue
			}
			t.Run(strconv.Itoa(i), func(t *testing.T) {
				t.Parallel()
				for form, text := range fixForms(text) {
					n, err := fixesHold(text)
					if err != nil {
						t.Errorf("%s: %v", form, err)
					}
					total.Add(int64(n))
				}
			})
		}
	})
	if total.Load() < 100 {
		t.Errorf("only %d fixes were tried", total.Load())
	}
}

func fixless(text string) bool {
	found := readTexts(diag.NewSource("a.yaml", text)).Found
	return !slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return d.Fix != nil })
}

// fixForms are other ways to write a text down.
func fixForms(text string) map[string]string {
	out := map[string]string{
		"as it is": text, "CR LF": strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n"),
		"byte order mark": "\ufeff" + strings.TrimPrefix(text, "\ufeff"), "no last line break": strings.TrimRight(text, "\n"),
	}
	trees, err := objects(diag.NewSource("a.yaml", text))
	if err != nil {
		return out
	}
	var lines strings.Builder
	for _, v := range trees {
		line, _ := json.Marshal(v)
		lines.Write(line)
		lines.WriteByte('\n')
	}
	out["JSON lines"] = lines.String()
	list := map[string]any{"apiVersion": "v1", "kind": "List", "items": trees}
	pretty, _ := json.MarshalIndent(list, "", "\t")
	out["JSON"] = string(pretty)
	block, _ := yaml.Marshal(list)
	out["a List"] = string(block)
	return out
}

// slips are mistakes as people make them, to be put into texts that have none.
var slips = []struct {
	old *regexp.Regexp
	new string
}{
	{regexp.MustCompile(`\b(\d+)s\b`), "$1"},
	{regexp.MustCompile(`\b(\d+)s\b`), `"$1"`},
	{regexp.MustCompile(`\b(\d+)s\b`), "$1 sec"},
	{regexp.MustCompile(`\b(\d+)s\b`), "'$1 S'"},
	{regexp.MustCompile(`\b(\d+)s\b`), "PT${1}S"},
	{regexp.MustCompile(`\b(\d+)s\b`), "$1.5s"},
	{regexp.MustCompile(`\b(\d+)s\b`), "1d"},
	{regexp.MustCompile(`\b(\d+)s\b`), "&a $1"},
	{regexp.MustCompile(`: (\d+)\b`), `: "$1"`},
	{regexp.MustCompile(`: (\d+)\b`), ": '$1' # c"},
	{regexp.MustCompile(`: (\d+)\b`), ": !!str $1"},
	{regexp.MustCompile(`\b([a-z]+)([A-Z])([a-z]+):`), "${1}_$2$3:"},
	{regexp.MustCompile(`\b([a-z]{4,})([a-z])([A-Z]?[a-zA-Z]*):`), "$1$2$2$3:"},
	{regexp.MustCompile(`\b([a-z])([a-z]+)([A-Z][a-zA-Z]+):`), "$1$2${3}x:"},
	{regexp.MustCompile(`\b([a-z]{4,})([a-z])([A-Z][a-zA-Z]*):`), `"$1$3":`},
	{regexp.MustCompile(`STATE_PREBIND`), "state_bound"},
	{regexp.MustCompile(`VIRTUAL_DESTINATION`), "VirtualDestination"},
	{regexp.MustCompile(`kind: ([A-Z][a-z]+)`), "kind: ${1}e"},
	{regexp.MustCompile(`/v2\b`), "/v1"},
	{regexp.MustCompile(`(?m)^( *)- level: 1\n(?: +.*\n){3}`), ""},
	{regexp.MustCompile(`: ([a-z]+)\n`), ": 12\n"},
	{regexp.MustCompile(`true`), `"true"`},
	{regexp.MustCompile(`(?m)^( +)([a-z]\w*): `), "$1$2:   "},
	{regexp.MustCompile(`\n`), "  \n"},
	{regexp.MustCompile(`\n`), " # 日本\n"},
}

func TestFixesOfDrawnMistakesChangeNothingElse(t *testing.T) {
	texts := fixTexts(t)
	total := 0
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom(texts).Draw(t, "text")
		for range rapid.IntRange(1, 4).Draw(t, "slips") {
			slip := rapid.SampledFrom(slips).Draw(t, "slip")
			places := slip.old.FindAllStringSubmatchIndex(text, -1)
			if len(places) == 0 {
				continue
			}
			at := rapid.SampledFrom(places).Draw(t, "place")
			text = text[:at[0]] + string(slip.old.ExpandString(nil, slip.new, text, at)) + text[at[1]:]
		}
		all := fixForms(text)
		form := rapid.SampledFrom(slices.Sorted(maps.Keys(all))).Draw(t, "form")
		n, err := fixesHold(all[form])
		if err != nil {
			t.Fatalf("%v\n%s", err, all[form])
		}
		total += n
	})
	if total == 0 {
		t.Error("nothing was mended")
	}
}

func FuzzFix(f *testing.F) {
	for _, text := range fixTexts(f) {
		f.Add([]byte(text))
	}
	// An input that reaches new code is minimized by trying its subsets, up to a minute for each input.
	if err := flag.Set("test.fuzzminimizetime", "100x"); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<13 {
			return // a longer text tells no more
		}
		if _, err := fixesHold(string(text)); err != nil {
			t.Errorf("%v\n%s", err, cmp.Diff("", string(text)))
		}
	})
}
