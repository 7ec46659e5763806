package diag_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
)

func TestAFingerprintHoldsTheCodeTheObjectAndTheFieldOnly(t *testing.T) {
	object := diag.Object{APIVersion: "gloo.solo.io/v1", Kind: "Upstream", Namespace: "shop", Name: "cart"}
	first := diag.NewSource("a.yaml", "time: 1\n")
	base := diag.Diagnostic{Code: mistake, Span: first.At(6, 1), Subject: "Upstream shop/cart", Message: "1 is too short"}
	base.Object, base.Field = &object, "/spec/time"
	if !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(base.Fingerprint()) {
		t.Errorf("fingerprint %q", base.Fingerprint())
	}
	for name, change := range map[string]func(d *diag.Diagnostic, o *diag.Object){
		"another line, file and value": func(d *diag.Diagnostic, _ *diag.Object) {
			d.Span = diag.NewSource("b.yaml", "# more\n\ntime: 22\n").At(14, 2)
			d.Field = base.Field
		},
		"another wording":     func(d *diag.Diagnostic, _ *diag.Object) { d.Message, d.Help, d.Subject = "x", "y", "z" },
		"another API version": func(_ *diag.Diagnostic, o *diag.Object) { o.APIVersion = "gloo.solo.io/v2" },
	} {
		d, o := base, object
		change(&d, &o)
		if d.Object = &o; d.Fingerprint() != base.Fingerprint() {
			t.Errorf("%s changes the fingerprint", name)
		}
	}
	for name, change := range map[string]func(d *diag.Diagnostic, o *diag.Object){
		"another code":      func(d *diag.Diagnostic, _ *diag.Object) { d.Code = doubt },
		"another field":     func(d *diag.Diagnostic, _ *diag.Object) { d.Field = "/spec/interval" },
		"another name":      func(_ *diag.Diagnostic, o *diag.Object) { o.Name = "basket" },
		"another namespace": func(_ *diag.Diagnostic, o *diag.Object) { o.Namespace = "" },
		"another kind":      func(_ *diag.Diagnostic, o *diag.Object) { o.Kind = "Gateway" },
		"another group":     func(_ *diag.Diagnostic, o *diag.Object) { o.APIVersion = "gateway.solo.io/v1" },
		"a border moved":    func(_ *diag.Diagnostic, o *diag.Object) { o.Namespace, o.Name = "shopc", "art" },
	} {
		d, o := base, object
		change(&d, &o)
		if d.Object = &o; d.Fingerprint() == base.Fingerprint() {
			t.Errorf("%s leaves the fingerprint as it was", name)
		}
	}
}

func TestWithoutAnObjectTheFileAndTheTextOfTheLineCount(t *testing.T) {
	at := func(file, text string, offset int) string {
		d := diag.Diagnostic{Code: mistake, Span: diag.NewSource(file, text).At(offset, 1)}
		return d.Fingerprint()
	}
	one := at("a.yaml", "tcp\n", 0)
	if moved := at("a.yaml", "# above\n  tcp\r\n", 10); moved != one {
		t.Errorf("moved and indented: %s, not %s", moved, one)
	}
	if other := at("b.yaml", "tcp\n", 0); other == one {
		t.Error("another file has the same fingerprint")
	}
	if other := at("a.yaml", "udp\n", 0); other == one {
		t.Error("another text has the same fingerprint")
	}
	placeless := diag.Diagnostic{Code: mistake}
	if placeless.Fingerprint() == one {
		t.Error("a finding without a place has the same fingerprint")
	}
}

func TestEqualFingerprintsAreCounted(t *testing.T) {
	list := diag.List{{Code: mistake}, {Code: doubt}, {Code: mistake}, {Code: mistake}}
	f := list[0].Fingerprint()
	if got, want := list.Fingerprints(), []string{f, list[1].Fingerprint(), f + ":2", f + ":3"}; !slices.Equal(got, want) {
		t.Errorf("%v, not %v", got, want)
	}
}
