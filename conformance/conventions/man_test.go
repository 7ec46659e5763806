//go:build conventions

package conventions_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// needed is a program that CI installs.
func needed(t *testing.T, name string) string {
	t.Helper()
	file, err := exec.LookPath(name)
	if err != nil {
		missing(t, name, []byte(err.Error()))
	}
	return file
}

// dateless is the one warning that is not ours to mend: a date would differ from build to build.
var dateless = regexp.MustCompile(`(?m)^.*WARNING: missing date, using "": TH\n`)

func TestTheManualIsGoodRoff(t *testing.T) {
	dir := t.TempDir()
	page := connpolicy(t, dir, "", "man")
	if page.exit != 0 {
		t.Fatal(page.stderr)
	}
	if again := connpolicy(t, dir, "", "man"); again.stdout != page.stdout {
		t.Error("the page differs from run to run")
	}
	if err := os.WriteFile(filepath.Join(dir, "connpolicy.1"), []byte(page.stdout), 0o600); err != nil {
		t.Fatal(err)
	}
	mandoc := needed(t, "mandoc")
	lint := execute(t, dir, "", mandoc, "-Tlint", "-Wwarning", "connpolicy.1")
	if said := dateless.ReplaceAllString(lint.stdout+lint.stderr, ""); said != "" {
		t.Errorf("mandoc: %s", said)
	}
	if o := execute(t, dir, "", needed(t, "groff"), "-man", "-Tutf8", "-ww", "-z", "connpolicy.1"); o.exit != 0 || o.stderr != "" {
		t.Errorf("groff: %+v", o)
	}
	if o := execute(t, dir, "", needed(t, "man"), "./connpolicy.1"); o.exit != 0 || !strings.Contains(o.stdout, "EXIT STATUS") {
		t.Errorf("man: %+v", o)
	}
	shown := execute(t, dir, "", mandoc, "-Tascii", "connpolicy.1").stdout
	text := regexp.MustCompile(`.\x08`).ReplaceAllString(shown, "") // bold and underlined letters are printed twice
	text = regexp.MustCompile(`\n\s+`).ReplaceAllString(text, "\n")
	for _, want := range []string{
		"\nNAME\nconnpolicy - compile connection policy", "\ncompile\n", "\n--attach [NAMESPACE/NAME=]KIND/NAMESPACE/NAME\n",
		"\n--target, -t istio|envoy|kgateway|envoy-gateway\n", "\nEXIT STATUS\n0", "\nFILES\n.connpolicy.yaml\n", "\nNO_COLOR\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not show %q:\n%s", want, text)
		}
	}
}
