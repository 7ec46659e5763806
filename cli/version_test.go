package cli

import (
	"encoding/json"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheVersionIsPrintedForPrograms(t *testing.T) {
	got := runIn(t, t.TempDir(), "", "version", "-o", "json")
	if got.code != ExitDone || got.err != "" {
		t.Fatalf("%+v", got)
	}
	var printed map[string]any
	if err := json.Unmarshal([]byte(got.out), &printed); err != nil {
		t.Fatalf("%v\n%s", err, got.out)
	}
	for key, want := range map[string]any{"go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH, "dirty": false} {
		if printed[key] != want {
			t.Errorf("%s is %v, not %v", key, printed[key], want)
		}
	}
	if printed["version"] == "" || printed["version"] == nil {
		t.Errorf("no version:\n%s", got.out)
	}
	if bad := runIn(t, t.TempDir(), "", "version", "-o", "xml"); bad.code != ExitUsage {
		t.Errorf("version -o xml: %+v", bad)
	}
}

func TestTheVersionIsTakenFromTheBuild(t *testing.T) {
	here := build{Version: unversioned, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	released, checkout := here, here
	released.Version = "v1.2.3"
	checkout.Version, checkout.Commit, checkout.Time, checkout.Dirty = "v1.2.4-0.20261121110349-fe32a90d9bee+dirty", "fe32a90d9bee52cf9f0a7d3c41e557249dbc87fd", "2026-11-21T11:03:49Z", true
	for _, c := range []struct {
		name  string
		info  *debug.BuildInfo
		known bool
		want  build
	}{
		{"go install of a released version", &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, true, released},
		{"go build in a checkout with changes", &debug.BuildInfo{Main: debug.Module{Version: checkout.Version}, Settings: []debug.BuildSetting{
			{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: checkout.Commit}, {Key: "vcs.time", Value: checkout.Time}, {Key: "vcs.modified", Value: "true"},
		}}, true, checkout},
		{"go build -buildvcs=false", &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}}, true, here},
		{"a build that says nothing", &debug.BuildInfo{}, true, here},
		{"a build without modules", nil, false, here},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, buildOf(c.info, c.known)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
