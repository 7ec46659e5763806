package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/hop"
	"github.com/google/go-cmp/cmp"
)

func TestEveryHopIsListedOnALineOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	got := runIn(t, dir, "", "hops")
	if got.code != ExitDone || got.err != "" {
		t.Fatalf("exit code %d: %s", got.code, got.err)
	}
	table, legend, _ := strings.Cut(got.out, "\n\n")
	lines := strings.Split(table, "\n")
	hops := hop.All()
	sides := 0
	for _, h := range hops {
		if h.Backends != nil {
			sides++
		}
	}
	if len(lines) != len(hops)+sides+1 || !strings.HasPrefix(lines[0], "ID ") {
		t.Fatalf("%d lines for %d hops:\n%s", len(lines), len(hops), table)
	}
	rest := lines[1:]
	for _, h := range hops {
		line, title := rest[0], h.Title
		rest = rest[1:]
		if h.Backends != nil {
			title += ", toward clients"
			if fields := strings.Fields(rest[0]); fields[0] != h.ID || !strings.HasSuffix(rest[0], "  "+h.Title+", toward backends") {
				t.Errorf("the line of the other side of %s is %q", h.ID, rest[0])
			}
			rest = rest[1:]
		}
		if fields := strings.Fields(line); fields[0] != h.ID || fields[1] != string(h.Class) || !strings.HasSuffix(line, "  "+title) {
			t.Errorf("the line of %s is %q", h.ID, line)
		}
		if strings.Contains(line, " * ") != h.Doubtful() {
			t.Errorf("%s is in doubt: %v, and its line is %q", h.ID, h.Doubtful(), line)
		}
		if strings.Contains(line, "  -  ") != (h.Idle == 0) {
			t.Errorf("%s has %s, and its line is %q", h.ID, h.Idle, line)
		}
	}
	for _, part := range []string{"*  second-hand or unverified", "such as corp-firewall=30m\n", "-  no timeout of its own", "such as haproxy=50s\n", "connpolicy hops explain ID"} {
		if !strings.Contains(legend, part) {
			t.Errorf("the legend does not say %q:\n%s", part, legend)
		}
	}
	for _, args := range [][]string{{"hops", "list"}, {"hops", "-o", "table"}, {"hops", "list", "--output=table"}} {
		if diff := cmp.Diff(got, runIn(t, dir, "", args...), cmp.AllowUnexported(result{})); diff != "" {
			t.Errorf("%v:\n%s", args, diff)
		}
	}
}

func TestHopsAreListedAsJSON(t *testing.T) {
	var listed []struct {
		ID, Title, Class, Timeout, Min, Max, Knob, Expiry, Trust, Checked, Note string
		Doubtful                                                                bool
		Sources                                                                 []string
	}
	got := runIn(t, t.TempDir(), "", "hops", "-o", "json")
	if err := json.Unmarshal([]byte(got.out), &listed); err != nil {
		t.Fatalf("%v\n%s", err, got.out)
	}
	hops := hop.All()
	if len(listed) != len(hops) {
		t.Fatalf("%d of %d hops are listed", len(listed), len(hops))
	}
	for i, h := range hops {
		l := listed[i]
		if l.ID != h.ID || l.Title != h.Title || l.Class != string(h.Class) || l.Expiry != h.Expiry || l.Trust != string(h.Trust) || l.Doubtful != h.Doubtful() || len(l.Sources) != len(h.Sources) || l.Sources == nil {
			t.Errorf("%s is listed as %+v", h.ID, l)
		}
		switch h.ID {
		case "aws-nlb":
			if l.Timeout != "350s" || l.Min != "60s" || l.Max != "6000s" || l.Knob == "" || l.Note == "" {
				t.Errorf("%s is listed as %+v", h.ID, l)
			}
		case "haproxy":
			if l.Timeout != "" || l.Min != "1s" || l.Max != "" {
				t.Errorf("%s is listed as %+v", h.ID, l)
			}
		}
	}
}

func TestAHopIsExplainedByItsID(t *testing.T) {
	dir := t.TempDir()
	for _, h := range hop.All() {
		for _, args := range [][]string{{"hops", "explain", h.ID}, {"explain", h.ID}} {
			if got := runIn(t, dir, "", args...); got.code != ExitDone || got.err != "" || got.out != h.Page() {
				t.Errorf("%v: exit code %d\n%s%s", args, got.code, got.out, got.err)
			}
		}
	}
	if got := runIn(t, dir, "", "hops", "explain", "azure-lb=15m"); !strings.Contains(got.out, "\n  900s, as given; 240s by default\n") {
		t.Errorf("a timeout of one's own is not in the page:\n%s%s", got.out, got.err)
	}
	got := runIn(t, dir, "", "hops", "explain", "azure-lb=15m", "-o", "json")
	if !json.Valid([]byte(got.out)) || !strings.Contains(got.out, `"timeout": "900s"`) {
		t.Errorf("-o json prints\n%s%s", got.out, got.err)
	}
}

func TestMistakesAboutHopsSayWhatToType(t *testing.T) {
	dir := t.TempDir()
	const form = "\n   = help: connpolicy hops [list], or connpolicy hops explain aws-nlb\n"
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"hops", "explain", "aws-nbl"}, "connpolicy: there is no hop \"aws-nbl\"\n   = help: did you mean aws-nlb? connpolicy hops list shows all\n"},
		{[]string{"hops", "explain", "aws-nat=10m"}, "connpolicy: hop aws-nat: its timeout is 350s and cannot be set\n   = help: write aws-nat alone, or other-flow=600s for a hop that has this timeout\n"},
		{[]string{"hops", "explain"}, "connpolicy: hops explain takes one hop\n   = help: connpolicy hops explain aws-nlb\n"},
		{[]string{"hops", "explain", "a", "b"}, "connpolicy: hops explain takes one hop\n   = help: connpolicy hops explain aws-nlb\n"},
		{[]string{"hops", "lst"}, "connpolicy: hops has no command \"lst\"" + form},
		{[]string{"hops", "list", "aws-nlb"}, "connpolicy: hops takes list, or explain and a hop" + form},
		{[]string{"hops", "-o", "xml"}, "connpolicy: --output cannot be \"xml\"\n   = help: write --output table or json\n"},
		{[]string{"hops", "--otput", "json"}, "connpolicy: unknown flag --otput\n   = help: did you mean --output? see connpolicy hops -h for its flags\n"},
		{[]string{"explain", "aws-nbl"}, "connpolicy: there is no code, hop or kind \"aws-nbl\"\n   = help: did you mean aws-nlb? connpolicy explain --list shows all codes, connpolicy hops all hops, connpolicy schema all kinds\n"},
	} {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			if got := runIn(t, dir, "", c.args...); got.code != ExitUsage || got.out != "" || got.err != c.want {
				t.Errorf("exit code %d\n%s%s", got.code, got.out, got.err)
			}
		})
	}
}
