package krm

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	sigsyaml "sigs.k8s.io/yaml"
)

const listHead = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n"

func readList(t *testing.T, text string) *ResourceList {
	t.Helper()
	l, err := Read(text, explain)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return l
}

// TestAListIsGivenBackByteForByte reads lists in every spelling and changes nothing.
func TestAListIsGivenBackByteForByte(t *testing.T) {
	for _, text := range []string{
		listHead,
		listHead + "items: []\n",
		listHead + "items:\n",
		listHead + "items: null\nfunctionConfig: {apiVersion: v1, kind: ConfigMap}\n",
		"# first\n---\n# second\n" + listHead + "items:\n# about a\n- a: 1 # at a\n\n- b: |\n    # no comment\n\n  c: >+\n    folded\n\n# about functionConfig\nfunctionConfig:\n  kind: X\n# last\n",
		listHead + "items:\n    -   a: 1\n        b: 2\n    -\n        c: 3\n    - # here\n      d: 4\n",
		listHead + "items:\n- {a: 1,\n  b: 2}\n- &x\n  c: {d: *x0}\n",
		"  apiVersion: config.kubernetes.io/v1\n  kind: ResourceList\n  items:\n  - a: 1\n",
		listHead + "items:\n- a: \"gardé 日本\u2028x\"\n- b: 1",
		listHead + "items:\n- a: 1\n...\n",
	} {
		text = strings.ReplaceAll(text, "*x0", "null")
		if got := readList(t, text).Edit(Edit{}); got != text {
			t.Errorf("-given +given back:\n%s", cmp.Diff(text, got))
		}
	}
}

func TestAnItemIsReplacedDeletedAndAddedAmongItsNeighbors(t *testing.T) {
	text := listHead + `items:
  # about a
  - a: 1

  # about b
  - b: |
      text
  # about c
  - c: 3
# about the configuration
functionConfig:
  kind: X
results:
- message: old
`
	l := readList(t, text)
	got := l.Edit(Edit{Replaced: map[*Item]string{l.Items[0]: "a: new\n", l.Items[1]: ""}, Added: []string{"d: 4\ne: |\n  x\n\n  y\n"}, Results: "- message: now\n"})
	want := listHead + `items:
  # about a
  - a: new
  # about c
  - c: 3
  - d: 4
    e: |
      x

      y
# about the configuration
functionConfig:
  kind: X
results:
- message: now
`
	if got != want {
		t.Errorf("-want +got:\n%s", cmp.Diff(want, got))
	}
}

func TestTheFirstAndTheLastItemOfAListComeAndGo(t *testing.T) {
	for _, empty := range []string{"", "items:\n", "items: []\n", "items: null # none\n"} {
		if got, want := readList(t, listHead+empty).Edit(Edit{Added: []string{"a: 1\n"}}), listHead+"items:\n- a: 1\n"; got != want {
			t.Errorf("%q: %s", empty, cmp.Diff(want, got))
		}
	}
	l := readList(t, listHead+"items:\n- a: 1\nfunctionConfig: {}\n")
	if got, want := l.Edit(Edit{Replaced: map[*Item]string{l.Items[0]: ""}}), listHead+"items: []\nfunctionConfig: {}\n"; got != want {
		t.Error(cmp.Diff(want, got))
	}
	if got, want := readList(t, listHead+"items:\n- a: 1").Edit(Edit{Added: []string{"b: 2\n"}, Results: "- message: x\n"}), listHead+"items:\n- a: 1\n- b: 2\nresults:\n- message: x\n"; got != want {
		t.Error(cmp.Diff(want, got))
	}
}

// TestJSONAndBracketsMeanTheSameInBlocks compares values as kubectl reads them before and after.
func TestJSONAndBracketsMeanTheSameInBlocks(t *testing.T) {
	for _, text := range []string{
		`{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","items":[{"yes":"on","y":"0x1F","n":1e2,"big":9007199254740993,"e":"\ud83d\ude00\/","nl":"\n a\n\t","":{},"l":[[],[1]],"true":true,"z":null,"d":"2001-01-01","o":"0o7","b":"1:20"}]}`,
		"{apiVersion: config.kubernetes.io/v1, kind: ResourceList, items: [{a: yes, 'b': \"no\", c: [1, {d: ~}]}]}\n",
		listHead + "items: [{a: on}, {'y': 'n',\n  b: \"x\\ty\"}]\n",
	} {
		l := readList(t, text)
		want := []byte(text)
		if text[1] != '"' {
			var err error
			if want, err = sigsyaml.YAMLToJSON([]byte(text)); err != nil {
				t.Fatal(err)
			}
		}
		got, err := sigsyaml.YAMLToJSON([]byte(l.Edit(Edit{})))
		if err != nil {
			t.Fatal(err)
		}
		var given, back any
		if err := errors.Join(json.Unmarshal(want, &given), json.Unmarshal(got, &back)); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(given, back); d != "" || strings.Contains(text, "9007199254740993") != strings.Contains(string(got), "9007199254740993") {
			t.Errorf("(-given +given back):\n%s\n%s", d, got)
		}
		again := readList(t, l.Edit(Edit{})).Edit(Edit{})
		if again != l.Edit(Edit{}) {
			t.Error("what was given back is not given back byte for byte")
		}
	}
}

func TestItemsAreCutOutWithTheirCommentsAndNames(t *testing.T) {
	l := readList(t, listHead+`items:
- apiVersion: v1
  kind: Service # what it is
  metadata:
    name: a
    namespace: n
    annotations:
      config.kubernetes.io/path: old/place.yaml
      config.kubernetes.io/index: '2'
-
    kind: Deployment
    # a comment
    metadata: {name: b, annotations: {config.kubernetes.io/origin: "path: base/b.yaml\nrepo: x\n", kustomize.config.k8s.io/id: x, config.kubernetes.io/path: made/up.yaml}}
- kind: Namespace
  metadata: {name: c}
- spec: yes
`)
	want := []string{
		"old/place.yaml (object 3)|apiVersion: v1\nkind: Service # what it is\nmetadata:\n  name: a\n  namespace: n\n  annotations:\n    config.kubernetes.io/path: old/place.yaml\n    config.kubernetes.io/index: '2'\n",
		"base/b.yaml|kind: Deployment\n# a comment\nmetadata: {name: b, annotations: {config.kubernetes.io/origin: \"path: base/b.yaml\\nrepo: x\\n\", kustomize.config.k8s.io/id: x, config.kubernetes.io/path: made/up.yaml}}\n",
		"Namespace c|kind: Namespace\nmetadata: {name: c}\n",
		"item 4|spec: yes\n",
	}
	var got []string
	for _, i := range l.Items {
		got = append(got, i.Source.Path()+"|"+i.Source.Text())
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if v := l.Items[3].Value("/spec"); v != true {
		t.Errorf("yes is read as kubectl does not: %v", v)
	}
	if v := l.Items[0].Value("/metadata/annotations/config.kubernetes.io~1index"); v != "2" {
		t.Errorf("a quoted number is no text: %v", v)
	}
}

// TestItemsMayShareWhatTheyHold has aliases of another item's anchors: to YAML the list is one
// document. It is given back as it is.
func TestItemsMayShareWhatTheyHold(t *testing.T) {
	text := listHead + "items:\n- a: &x\n    b: yes\n- c: *x\n  <<: *x\n  d: &y [1]\n  e: *y\n"
	l := readList(t, text)
	if got, want := l.Items[1].Source.Text(), "c:\n  b: yes\n<<:\n  b: yes\nd: [1]\ne: [1]\n"; got != want {
		t.Error(cmp.Diff(want, got))
	}
	if l.Edit(Edit{}) != text || l.Items[0].Source.Text() != "a: &x\n  b: yes\n" {
		t.Errorf("%q", l.Items[0].Source.Text())
	}
	bomb := listHead + "items:\n- a0: &a0 [x, x]\n"
	for i := range 40 {
		bomb += fmt.Sprintf("- a%d: &a%d [*a%d, *a%d]\n", i+1, i+1, i, i)
	}
	if l := readList(t, bomb); len(l.Items) != 41 {
		t.Error("a list that would be enormous without its aliases is not read")
	}
	if _, err := Read(listHead+"items:\n- a: &a [*a]\n- b: *a\n", explain); err != nil {
		t.Logf("an alias of itself: %v", err)
	}
}

func TestWhatIsNoResourceListIsRefusedWithAReason(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "standard input is empty",
		"# nothing\n---\n":                     "standard input is empty",
		"a: b: c\n":                            "",
		"\xff\xfe":                             "",
		"- a\n":                                "must be a ResourceList",
		"x\n":                                  "must be a ResourceList",
		"apiVersion: v1\nkind: Service\n":      `is "Service", not a ResourceList`,
		"a: 1\n":                               "is an object without a kind",
		"kind: ResourceList\n":                 "unknown apiVersion of the ResourceList",
		listHead + "---\na: 1\n":               "holds 2 documents",
		listHead + "items: {}\n":               "items must be a list",
		listHead + "items: x\n":                "items must be a list",
		listHead + "items: []\nitems: []\n":    `duplicate key "items"`,
		listHead + "functionConfig: x\n":       "functionConfig is not an object",
		listHead + "items:\n- a: 1\n- x\n":     "item 2 of the ResourceList is not an object",
		listHead + "items:\n-\n- a: 1\n":       "item 1 of the ResourceList is not an object",
		listHead + "items: [1]\n":              "item 1 of the ResourceList is not an object",
		`{"kind":"ResourceList"} {"kind":"a"}`: "not one YAML document",
	} {
		l, err := Read(text, explain)
		var form *FormError
		if !errors.As(err, &form) || !strings.Contains(form.Message, want) || (form.Message == "") != (len(form.Found) > 0) {
			t.Errorf("%q: %v, not %q", text, err, want)
		}
		if kept := strings.Contains(text, "items:\n- a") || strings.Contains(want, "item 1"); (l != nil) != kept {
			t.Errorf("%q: the list that is there to be given back: %v", text, l)
		}
	}
}

// FuzzResourceList holds that whatever is taken is given back unchanged, and that an object that
// is added stands behind all others, which stay what they are.
func FuzzResourceList(f *testing.F) {
	for _, seed := range []string{
		listHead + "items:\n- a: 1\n  # c\n- b: |\n    x\nfunctionConfig:\n  kind: X\n", listHead + "items: [{a: 1}]\n",
		`{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","items":[{"a":{}}]}`, listHead + "items:\n-\n- &a\n  b: *a\n# x\nresults: []\n",
		listHead + "items:\n- a: >+\n   x\n\n\n# y\n- ? b\n  : c\n...\n", listHead + "items:\n- a: \"x\n\n  y\"\n- !!map\n  b: 1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := Read(text, explain)
		if l == nil {
			return
		}
		same := l.Edit(Edit{Results: "- message: x\n"})
		if err != nil {
			return
		}
		if before, errBefore := sigsyaml.YAMLToJSON([]byte(l.Edit(Edit{}))); errBefore == nil {
			if after, err := sigsyaml.YAMLToJSON([]byte(same)); err != nil || len(after) <= len(before) && !strings.Contains(string(before), "results") {
				t.Fatalf("results spoil the list: %v\n%s", err, same)
			}
		}
		added, err := Read(l.Edit(Edit{Added: []string{"added: 1\n"}}), explain)
		if err != nil {
			t.Fatalf("a list with one more object: %v\n%q", err, l.Edit(Edit{Added: []string{"added: 1\n"}}))
		}
		if n := len(l.Items); len(added.Items) != n+1 || !slices.Equal(added.Items[n].Keys(), []string{"added"}) {
			t.Fatalf("%d objects and one more are %d", n, len(added.Items))
		}
	})
}
