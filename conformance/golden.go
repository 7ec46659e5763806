package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Golden lists the files of golden cases that a pattern matches, such as "input*.yaml", from
// a package one folder below this one.
func Golden(pattern string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join("..", "..", "golden", "*", pattern))
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("no golden case has a %s: is the test run in its own folder?", pattern)
	}
	return files, err
}

// GoldenInputs are the texts of the golden cases that connpolicy is given without flags, by
// case; several files of one case are put together.
func GoldenInputs() (map[string]string, error) {
	files, err := Golden("input*.yaml")
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, file := range files {
		dir := filepath.Dir(file)
		if _, err := os.Stat(filepath.Join(dir, "args")); err == nil {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		name := filepath.Base(dir)
		if before, ok := texts[name]; ok {
			text = []byte(strings.TrimSuffix(before, "\n") + "\n---\n" + string(text))
		}
		texts[name] = string(text)
	}
	return texts, nil
}
