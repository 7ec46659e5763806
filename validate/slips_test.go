package validate_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// TestASlipOfTheFingerIsOneFinding leaves out, doubles or swaps each letter of each example in
// turn: whatever comes of it, one mistake is one finding, and it is said in our words.
func TestASlipOfTheFingerIsOneFinding(t *testing.T) {
	files, err := filepath.Glob("../examples/*/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file) //nolint:gosec // an example of ours
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range strings.Split(string(raw), "---\n") {
			if found := check(text); len(found) > 0 {
				continue // an example of something to say
			}
			t.Run(filepath.Base(file), func(t *testing.T) { slips(t, text) })
		}
	}
}

func slips(t *testing.T, text string) {
	for i := 0; i+1 < len(text); i++ {
		line := text[strings.LastIndexByte(text[:i], '\n')+1:]
		line, _, _ = strings.Cut(line, "\n")
		if !unicode.IsLetter(rune(text[i])) || !unicode.IsLetter(rune(text[i+1])) || strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		left, doubled, swapped := text[:i]+text[i+1:], text[:i]+text[i:i+1]+text[i:], text[:i]+text[i+1:i+2]+text[i:i+1]+text[i+2:]
		found := check([]string{left, doubled, swapped}[i%3]) // each in its turn, as checking takes time
		if len(found) > 1 {
			t.Errorf("%q in line %q", allSaid(found), line)
		}
		for _, d := range found {
			if strings.Contains(d.Message, "not YAML") || strings.Contains(d.Message, "cannot be read") || d.Help == "" {
				t.Errorf("said of line %q: %s", line, said(d))
			}
		}
	}
}
