package emit_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/emit"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"
)

// awkward are texts that some reader of YAML takes for something else.
var awkward = []string{
	"", " ", "yes", "no", "on", "off", "y", "N", "true", "False", "null", "Null", "~", "0", "007", "0x10", "0o14", "0b1", "1e3", "1_000", "12:30:45",
	"1.", ".5", "-.inf", ".NaN", "10s", "0.500s", "-1", "+1", "2026-08-07", "2026-08-07T10:00:00Z", "=", "-", "--", "---", "...", "- a", "? a", ": a",
	"a: b", "a:b", "a #b", "#a", "a#b", "&a", "*a", "*.example.com", "!a", "|", ">", "%a", "@a", "`a", "'a'", `"a"`, "a'b", `a"b`, `a\b`, "{a", "[a", "a]", "a,b", " a", "a ", "\ta",
	"outbound|80||ratings.global", "::", "fe80::1%eth0", "listener-::-8080", "héllo", "日本", "🙂", "a\u00a0b", "\ufeffa", "\u200b",
	"a-word-that-is-long-enough-to-be-longer-than-eighty-characters-which-is-where-yaml-begins-to-fold.example.com",
	"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions", "spiffe://cluster.local/ns/a/sa/b",
}

// several are texts of several lines, and those that Kubernetes tools cannot write: the bytes
// may differ, what is read must not.
var several = []string{
	"a\nb", "a\n", "\na", "a\n\nb\n", "a\r\nb", "  a\n b", "a\n\tb", "#a\nb", "a: b\nc: d\n", "\u0007", "\u007f", "a\x00b", "\u0085", "a\u0085b", "a\u2028b",
	"a sentence that is long enough to be longer than eighty characters, which is where YAML begins to fold it into lines",
}

func encoded(t testing.TB, value any) []byte {
	t.Helper()
	text, err := emit.Encode(dialect.Object{File: "object", Value: value}, "yaml")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func asKubernetesWrites(t testing.TB, value any) string {
	t.Helper()
	text, err := yaml.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestYAMLIsWrittenAsKubernetesToolsWriteIt(t *testing.T) {
	for _, text := range awkward {
		for _, value := range []map[string]any{{"key": text}, {text: "value"}, {"list": []any{text, map[string]any{"a": text}}}} {
			if want, got := asKubernetesWrites(t, value), string(encoded(t, value)); got != want {
				t.Errorf("%q is written\n%s and Kubernetes tools write\n%s", text, got, want)
			}
		}
	}
}

func TestWhatIsWrittenAsYAMLIsReadAsTheSame(t *testing.T) {
	for _, text := range append(awkward, several...) {
		for _, value := range []map[string]any{{"key": text}, {text: "value"}, {"list": []any{text, []any{text, []any{text}, text}, map[string]any{"a": text, "b": []any{text}}}}} {
			var read map[string]any
			written := encoded(t, value)
			if err := yaml.UnmarshalStrict(written, &read); err != nil {
				t.Errorf("%q is written\n%s which is not YAML: %v", text, written, err)
			} else if !reflect.DeepEqual(read, value) {
				t.Errorf("%q is written\n%s and read as %v", text, written, read)
			}
		}
	}
}

func TestAnyObjectIsWrittenAsKubernetesToolsWriteIt(t *testing.T) {
	text := rapid.OneOf(rapid.SampledFrom(awkward), rapid.StringMatching(`[a-z0-9.:/_-]{1,20}`))
	// The library's order of keys with numbers in them is no order: of "12", "1a" and "2" each comes before the next.
	// A long key makes a long line, which the library folds.
	key := text.Filter(func(k string) bool { return !strings.ContainsAny(k, "0123456789") && len(k) <= 30 })
	leaf := rapid.OneOf(
		text.AsAny(), rapid.Bool().AsAny(), rapid.Int32().AsAny(), rapid.Uint32().AsAny(), rapid.Just[any](nil),
		rapid.SampledFrom([]any{1.5, 2.25, 3.0, 1.1, int64(1) << 53, 0}),
	)
	value := leaf
	for range 3 {
		inner := value
		value = rapid.OneOf(leaf, rapid.SliceOfN(inner, 0, 3).AsAny(), rapid.MapOfN(key, inner, 0, 4).AsAny())
	}
	object := rapid.MapOfN(key, value, 0, 4)
	rapid.Check(t, func(t *rapid.T) {
		o := object.Draw(t, "object")
		want, err := yaml.Marshal(o)
		if err != nil {
			t.Skip("not an object that can be written")
		}
		got, err := emit.Encode(dialect.Object{Value: o}, "yaml")
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Fatalf("written\n%s and Kubernetes tools write\n%s", got, want)
		}
	})
}

func TestKeysLikeLabelsAreSortedAsKubernetesToolsSortThem(t *testing.T) {
	value := map[string]any{"metadata": map[string]any{"labels": map[string]any{
		"a10": "x", "a2": "x", "a": "x", "A": "x", "app.kubernetes.io/name": "x", "app": "x", "app-b": "x", "1": "x", "10": "x", "2": "x", "_z": "x",
	}}}
	if want, got := asKubernetesWrites(t, value), string(encoded(t, value)); got != want {
		t.Errorf("written\n%s and Kubernetes tools write\n%s", got, want)
	}
}

func TestASamplePlanIsWrittenAsKubernetesToolsWriteIt(t *testing.T) {
	for _, target := range emit.Targets {
		objects, _ := target.Write(lawPlan(sampleDocument(t)), dialect.Options{Explicit: true})
		if len(objects) == 0 {
			t.Errorf("%s writes nothing", target.Name)
		}
		for _, o := range objects {
			if want, got := asKubernetesWrites(t, o.Value), string(encoded(t, o.Value)); got != want {
				t.Errorf("%s %s is written\n%s and Kubernetes tools write\n%s", target.Name, o.File, got, want)
			}
		}
	}
}

func TestSeveralObjectsAreYAMLDocumentsOrAJSONList(t *testing.T) {
	objects := []dialect.Object{{File: "a", Value: map[string]any{"name": "a"}}, {File: "b", Value: map[string]any{"name": "<b>"}}}
	for _, c := range []struct {
		objects []dialect.Object
		format  string
		want    string
	}{
		{nil, "yaml", ""},
		{nil, "json", ""},
		{objects[:1], "yaml", "name: a\n"},
		{objects, "yaml", "name: a\n---\nname: <b>\n"},
		{objects[:1], "json", "{\n  \"name\": \"a\"\n}\n"},
	} {
		got, err := emit.EncodeAll(c.objects, c.format)
		if err != nil || string(got) != c.want {
			t.Errorf("%d objects as %s: %q, %v, want %q", len(c.objects), c.format, got, err, c.want)
		}
	}
	text, err := emit.EncodeAll(objects, "json")
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Kind, APIVersion string
		Items            []map[string]string
	}
	if err := json.Unmarshal(text, &list); err != nil || list.Kind != "List" || list.APIVersion != "v1" || len(list.Items) != 2 {
		t.Errorf("%s is no List of two: %v", text, err)
	}
	if !strings.Contains(string(text), "<b>") {
		t.Errorf("%s escapes what need not be escaped", text)
	}
}

func TestWhatCannotBeEncodedIsAnErrorThatNamesTheObject(t *testing.T) {
	for _, format := range []string{"yaml", "json"} {
		_, err := emit.EncodeAll([]dialect.Object{{File: "good", Value: 1}, {File: "bad", Value: func() {}}}, format)
		if err == nil || format == "yaml" && !strings.Contains(err.Error(), "bad") {
			t.Errorf("%s: the error is %v", format, err)
		}
	}
}

func TestManyObjectsAreWrittenInTheirOrder(t *testing.T) {
	var objects []dialect.Object
	var want strings.Builder
	for i := range 100 {
		if i > 0 {
			want.WriteString("---\n")
		}
		objects = append(objects, dialect.Object{Value: map[string]int{"n": i}})
		want.WriteString(asKubernetesWrites(t, map[string]int{"n": i}))
	}
	got, err := emit.EncodeAll(objects, "yaml")
	if err != nil || string(got) != want.String() {
		t.Errorf("100 objects come out otherwise than one by one: %v\n%s", err, got)
	}
}

func TestTheBytesOfAnObjectDoNotChangeFromRunToRun(t *testing.T) {
	value := map[string]any{"labels": map[string]any{"12": "x", "1a": "x", "2": "x", "007": "x", "0b1": "x", "3": "x"}}
	first := string(encoded(t, value))
	for range 200 {
		if again := string(encoded(t, value)); again != first {
			t.Fatalf("written\n%s and then\n%s", first, again)
		}
	}
}
