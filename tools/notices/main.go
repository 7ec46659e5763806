// Package main writes THIRD_PARTY_NOTICES: the license and notice files of every module that is linked
// into connpolicy, on every platform of a release, and of Go itself. Their licenses (MIT, BSD, Apache-2.0)
// ask for that in binary distributions. Run it at the root of the checkout:
//
//	go run ./tools/notices > THIRD_PARTY_NOTICES
//
// The output depends on go.mod and the version of Go only.
package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// platforms are those of .goreleaser.yaml.
var platforms = [][2]string{{"linux", "amd64"}, {"linux", "arm64"}, {"darwin", "amd64"}, {"darwin", "arm64"}, {"windows", "amd64"}, {"windows", "arm64"}}

func main() {
	text, err := notices(".")
	if err == nil {
		_, err = os.Stdout.Write(text)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

// notices returns the text for the main package in a directory.
func notices(dir string) ([]byte, error) {
	linked, err := modules(dir)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("connpolicy is built from the modules below. Each is followed by its license and its notices.\n")
	for _, m := range linked {
		files, err := licenses(m.dir)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			fmt.Fprintf(&b, "\n%s\n%s: %s\n%[1]s\n\n%[4]s\n", strings.Repeat("=", 80), m.name, filepath.Base(file), bytes.TrimSpace(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))))
		}
	}
	return b.Bytes(), nil
}

// module is a module with the directory that its source is in.
type module struct{ name, dir string }

// modules lists the modules that are linked on any platform, sorted by path, and Go before them.
func modules(dir string) ([]module, error) {
	found := map[string]string{}
	for _, p := range platforms {
		out, err := goTool(dir, []string{"GOOS=" + p[0], "GOARCH=" + p[1], "CGO_ENABLED=0"}, "list", "-deps", "-f",
			"{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}", ".")
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(out) {
			if name, at, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
				found[name] = at
			}
		}
	}
	root, err := goTool(dir, nil, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	linked := []module{{"Go, https://go.dev", strings.TrimSpace(root)}}
	for _, name := range slices.SortedFunc(maps.Keys(found), cmp.Compare[string]) {
		linked = append(linked, module{name, found[name]})
	}
	return linked, nil
}

// goTool runs the go command and returns what it prints.
func goTool(dir string, env []string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = fmt.Errorf("go %s: %w\n%s", args[0], err, exit.Stderr)
	}
	return string(out), err
}

// licenseFile matches the names of files that hold a license, or what one asks to be passed on.
var licenseFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice)([.-].*)?$`)

// licenses lists the license and notice files of a module; none is an error.
func licenses(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if e.Type().IsRegular() && licenseFile.MatchString(e.Name()) {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	if len(files) == 0 {
		return nil, errors.New("there is no license file")
	}
	return files, nil
}
