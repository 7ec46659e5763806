//go:build e2e

package envoy_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/connpolicy/connpolicy/conformance"
)

// accept asks Envoy whether it would start with a bootstrap. The only warnings it may give are
// of fields it calls deprecated: Gloo Edge writes those, so connpolicy does.
func accept(ctx context.Context, file string) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, envoyProgram, "--mode", "validate", "--disable-hot-restart", "--log-level", "warning", "-c", file).CombinedOutput()
	switch text := strings.TrimSpace(string(out)); {
	case err != nil:
		return fmt.Errorf("envoy refuses %s: %w\n%s", file, err, text)
	case !strings.HasSuffix(text, "OK"):
		return fmt.Errorf("envoy does not say that %s is OK:\n%s", file, text)
	case strings.Count(text, "[warning]") > strings.Count(text, "Deprecated field: type envoy.config.cluster.v3.Cluster "):
		return fmt.Errorf("envoy warns of %s:\n%s", file, text)
	}
	return nil
}

// acceptAll asks Envoy about every file, two at a time, and proves when all are accepted.
func acceptAll(t *testing.T, p *proof, files []string, says string) {
	t.Helper()
	good := 0
	var wait sync.WaitGroup
	var lock sync.Mutex
	for i := range 2 {
		wait.Go(func() {
			for k := i; k < len(files); k += 2 {
				err := accept(t.Context(), files[k])
				lock.Lock()
				if err == nil {
					good++
				} else {
					t.Error(err)
				}
				lock.Unlock()
			}
		})
	}
	wait.Wait()
	if good == len(files) {
		p.proved("%d of %d %s", good, len(files), says)
	}
}

func TestEnvoyTakesEveryGoldenBootstrap(t *testing.T) {
	p := newProof(t)
	files, err := conformance.Golden("want.envoy.json")
	if err != nil {
		t.Fatal(err)
	}
	acceptAll(t, p, files, "golden bootstraps are accepted by envoy "+envoyVersion+" --mode validate")
}

func TestEnvoyRefusesABootstrapWithAMistake(t *testing.T) {
	p := newProof(t)
	raw, err := os.ReadFile(filepath.Join("..", "..", "golden", "upstream-keepalive-becomes-cluster-keepalive", "want.envoy.json"))
	if err != nil {
		t.Fatal(err)
	}
	spoilt := filepath.Join(t.TempDir(), "spoilt.json")
	if err := os.WriteFile(spoilt, []byte(strings.Replace(string(raw), "keepalive_time", "keepalive_seconds", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	err = accept(t.Context(), spoilt)
	if err == nil || !strings.Contains(err.Error(), "keepalive_seconds") {
		t.Fatalf("a bootstrap with keepalive_seconds in it: %v", err)
	}
	p.proved("a bootstrap with keepalive_seconds for keepalive_time is refused, so the check can fail")
}

// recorded are the manifests that Gloo Edge's own output was recorded for. They are kept
// beside the checkout, not in it; golden/conformance_test.go compares them with that output.
var recorded = filepath.Join("..", "..", "..", "shared", "conformance", "gloo-edge")

func TestEnvoyTakesWhatRecordedManifestsCompileTo(t *testing.T) {
	p := newProof(t)
	inputs, err := filepath.Glob(filepath.Join(recorded, "*", "input.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(inputs) == 0 {
		skip(t, "the recorded manifests are not on this machine")
	}
	dir := t.TempDir()
	var files []string
	for _, input := range inputs {
		manifest, err := os.ReadFile(input)
		if err != nil {
			t.Fatal(err)
		}
		bootstrap, err := compile(t.Context(), string(manifest))
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == 1 {
			continue // refused: golden/conformance_test.go knows whether rightly
		}
		if err != nil {
			t.Fatalf("%s: %v", input, err)
		}
		if len(bootstrap) == 0 {
			continue // its object is left out with a warning, which golden/conformance_test.go expects
		}
		files = append(files, filepath.Join(dir, filepath.Base(filepath.Dir(input))+".json"))
		if err := os.WriteFile(files[len(files)-1], bootstrap, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if len(files) < len(inputs)/2 {
		t.Errorf("only %d of %d recorded manifests compile", len(files), len(inputs))
	}
	acceptAll(t, p, files, "bootstraps compiled from recorded Gloo Edge manifests are accepted too")
}
