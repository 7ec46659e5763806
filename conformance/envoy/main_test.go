//go:build e2e

// Package envoy_test proves on a real Envoy, and on the kernel below it, that what connpolicy
// writes does what it says. It runs the built program and the Envoy server that the variable
// ENVOY names; `make e2e` gets one and sets it.
//
//   - accepted_test.go: Envoy takes every bootstrap.
//   - applied_test.go: Envoy's sockets have the keepalive timers that the manifest asks for.
//   - hop_test.go: a hop forgets an idle flow; with keepalive the next request gets through.
//   - peer_test.go: a peer is gone; the connection dies when time + interval x probes are over.
//
// The last two make network namespaces, so they need root. What the tests print is what
// docs/proof.md shows; "make e2e UPDATE=1" writes it there.
package envoy_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write what the tests print into docs/proof.md")

var (
	program      string // the built connpolicy
	envoyProgram = os.Getenv("ENVOY")
	envoyVersion string // such as 1.40.0
)

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "connpolicy-e2e-")
	if err == nil {
		program = filepath.Join(dir, "connpolicy")
		err = prepare()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// prepare builds connpolicy and asks Envoy for its version.
func prepare() error {
	if envoyProgram == "" {
		return fmt.Errorf("ENVOY does not name an Envoy server; make e2e gets one")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	build := exec.CommandContext(ctx, "go", "build", "-o", program, ".")
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	out, err := exec.CommandContext(ctx, envoyProgram, "--version").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s --version: %w\n%s", envoyProgram, err, out)
	}
	// Its one line ends in COMMIT/VERSION/Clean/RELEASE/BoringSSL.
	if parts := strings.Split(string(out), "/"); len(parts) >= 5 {
		envoyVersion = parts[len(parts)-4]
	}
	return nil
}

// compile is what connpolicy writes for Envoy. When it refuses the manifests the error is an
// exec.ExitError.
func compile(ctx context.Context, manifests string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, program, "compile", "--target", "envoy", "-")
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(manifests), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("connpolicy compile: %w\n%s", err, stderr.String())
	}
	return stdout.Bytes(), nil
}
