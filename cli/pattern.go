package cli

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// maxAlternatives is how many texts the braces of a pattern may stand for. Each is tried by itself,
// and their number doubles with each {a,b}.
const maxAlternatives = 64

// patternFault is what is wrong with a pattern, and what to write in its place; "" for nothing.
func patternFault(pattern string) (wrong, help string) {
	slashed := filepath.ToSlash(pattern)
	switch {
	case !doublestar.ValidatePattern(slashed):
		return "is not a pattern: a bracket or a brace is not closed", "write one like **/templates, with * for any text in a name and ** for any directories"
	case alternatives(slashed) > maxAlternatives:
		return fmt.Sprintf("stands for more than %d patterns", maxAlternatives), "write fewer {a,b}, or several patterns"
	}
	return "", ""
}

// alternatives is the number of texts that the braces of a pattern stand for, or more than
// maxAlternatives. Braces in braces are counted as if they stood one after another.
func alternatives(pattern string) int {
	product := 1
	var open []int // the alternatives of each brace so far
	for i := 0; i < len(pattern) && product <= maxAlternatives; i++ {
		switch last := len(open) - 1; {
		case pattern[i] == '\\':
			i++
		case pattern[i] == '{':
			open = append(open, 1)
		case pattern[i] == ',' && last >= 0:
			open[last]++
		case pattern[i] == '}' && last >= 0:
			product *= open[last]
			open = open[:last]
		}
	}
	return product
}

// matching are the files and directories that a pattern names. Links to directories are followed as
// far as they stand in the pattern: ** could go round in circles. With ** the directories below are
// walked once, however many ** there are.
func matching(pattern string) ([]string, error) {
	if !strings.Contains(pattern, "**") {
		return doublestar.FilepathGlob(pattern)
	}
	base, rest := doublestar.SplitPattern(filepath.ToSlash(pattern))
	root := filepath.FromSlash(base)
	var found []string
	err := filepath.WalkDir(root+string(filepath.Separator), func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // what may not be read matches nothing
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if matched, err := doublestar.Match(rest, filepath.ToSlash(rel)); err != nil {
			return err
		} else if matched {
			found = append(found, path)
		}
		return nil
	})
	return found, err
}
