package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// step is a step of a job or of the action.
type step struct {
	Uses string
	With map[string]any
	Env  map[string]string
}

// workflow is what the tests read of a workflow, and of action.yml, whose steps are under runs.
type workflow struct {
	Permissions map[string]string
	Jobs        map[string]struct {
		Permissions map[string]string
		Steps       []step
	}
	Runs struct{ Steps []step }
}

// workflows reads the workflows and the action by their file names.
func workflows(t *testing.T) map[string]workflow {
	t.Helper()
	files, err := filepath.Glob(".github/workflows/*.yml")
	if err != nil || len(files) < 2 {
		t.Fatalf("workflows %v: %v", files, err)
	}
	found := map[string]workflow{}
	for _, file := range append(files, "action.yml") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var w workflow
		if err := yaml.Unmarshal(text, &w); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		found[filepath.Base(file)] = w
	}
	return found
}

// steps lists the steps of all jobs.
func (w *workflow) steps() []step {
	all := slices.Clone(w.Runs.Steps)
	for _, name := range slices.Sorted(maps.Keys(w.Jobs)) {
		all = append(all, w.Jobs[name].Steps...)
	}
	return all
}

var pinned = regexp.MustCompile(`^[a-z-]+/[a-z-]+(/[a-z-]+)?@[0-9a-f]{40}$`)

func TestActionsArePinnedAndLeaveNoTokenBehind(t *testing.T) {
	for file, w := range workflows(t) {
		if len(w.steps()) == 0 {
			t.Errorf("%s has no steps", file)
		}
		for _, s := range w.steps() {
			if s.Uses != "" && !pinned.MatchString(s.Uses) {
				t.Errorf("%s: %s is not named by its commit", file, s.Uses)
			}
			if strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != false {
				t.Errorf("%s: a checkout leaves its token in .git/config", file)
			}
		}
	}
}

// What writes are the jobs of the release and the upload of what CodeQL finds; the secret reaches one step.
func TestOnlyTheJobsThatUploadMayWrite(t *testing.T) {
	writes := map[string][]string{}
	for file, w := range workflows(t) {
		if file != "action.yml" && w.Permissions == nil {
			t.Errorf("%s has the permissions of the repository's default", file)
		}
		for right, level := range w.Permissions {
			if level == "write" {
				t.Errorf("%s: every job may write %s", file, right)
			}
		}
		for name, job := range w.Jobs {
			for _, right := range slices.Sorted(maps.Keys(job.Permissions)) {
				if job.Permissions[right] == "write" {
					writes[file+" "+name] = append(writes[file+" "+name], right)
				}
			}
		}
	}
	want := map[string][]string{"release.yml release": {"contents"}, "release.yml provenance": {"attestations", "id-token"}, "security.yml codeql": {"security-events"}}
	if !maps.EqualFunc(writes, want, slices.Equal) {
		t.Errorf("jobs that may write: %v", writes)
	}
	secrets := 0
	for _, w := range workflows(t) {
		for _, s := range w.steps() {
			for _, value := range s.Env {
				if strings.Contains(value, "secrets.TAP_TOKEN") {
					secrets++
				}
			}
		}
	}
	if text, err := os.ReadFile(".github/workflows/release.yml"); err != nil || secrets != 1 || strings.Count(string(text), "secrets.TAP_TOKEN") != 1 {
		t.Errorf("TAP_TOKEN reaches %d steps, or more than a step (%v)", secrets, err)
	}
}
