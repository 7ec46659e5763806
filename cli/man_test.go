package cli

import (
	"strings"
	"testing"
)

func TestTheManualNamesEveryCommandAndFlag(t *testing.T) {
	got := runIn(t, t.TempDir(), "", "man")
	if got.code != ExitDone {
		t.Fatal(got.err)
	}
	for _, section := range []string{"NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES", `SEE ALSO`} {
		if !strings.Contains(got.out, "\n.SH "+section+"\n") {
			t.Errorf("no section %s", section)
		}
	}
	_, commands, _ := strings.Cut(got.out, "\n.SH COMMANDS\n")
	flags := 0
	for _, command := range newApp(&streams{}).Commands {
		_, part, found := strings.Cut(commands, "\n.SS "+command.Name+"\n")
		if !found || command.Hidden {
			t.Errorf("no command %s", command.Name)
		}
		part, _, _ = strings.Cut(part, "\n.S")
		for _, flag := range command.VisibleFlags() {
			if name := flag.Names()[0]; name != "help" {
				flags++
				if !strings.Contains(part, `\fB--`+name+`\fP`) {
					t.Errorf("%s has no flag --%s in:\n%s", command.Name, name, part)
				}
			}
		}
	}
	if flags == 0 {
		t.Error("no flag was looked for")
	}
	for _, word := range []string{".connpolicy.yaml", `NO_COLOR`, "GOGC", "TERM"} {
		if !strings.Contains(got.out, word) {
			t.Errorf("%s is not spoken of", word)
		}
	}
}
