package diag_test

import (
	"testing"

	"github.com/connpolicy/connpolicy/diag"
)

func TestFieldsAreSpelledAsPeopleWriteThem(t *testing.T) {
	for pointer, want := range map[string]string{
		"":                                    "",
		"/spec":                               "spec",
		"/spec/":                              `spec[""]`,
		"/a//b":                               `a[""].b`,
		"/spec/options/socketOptions/0/level": "spec.options.socketOptions[0].level",
		"/spec/selector/app.kubernetes.io~1a": `spec.selector["app.kubernetes.io/a"]`,
		"/metadata/labels/example.com~1a~0b":  `metadata.labels["example.com/a~b"]`,
		"/spec/with \"quotes\"":               `spec["with \"quotes\""]`,
		`/a"b/c`:                              `["a\"b"].c`,
		"/spec/a b/-1":                        `spec["a b"]["-1"]`,
	} {
		if got := diag.FieldPath(pointer); got != want {
			t.Errorf("%s is %s, not %s", pointer, got, want)
		}
	}
}
