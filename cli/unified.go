package cli

import "github.com/aymanbagabas/go-udiff"

// unifiedDiff shows what makes one text of another, as diff -u does. The library counts the new
// text's lines wrongly behind a hunk with several changes, so that is done here.
func unifiedDiff(from, to, have, want string) string {
	diff, err := udiff.ToUnifiedDiff(from, to, have, udiff.Lines(have, want), udiff.DefaultContextLines)
	if err != nil {
		panic(err) // the edits are the library's own
	}
	more := 0 // lines of the new text up to here, less those of the old one
	for _, h := range diff.Hunks {
		h.ToLine = h.FromLine + more
		for _, line := range h.Lines {
			switch line.Kind {
			case udiff.Insert:
				more++
			case udiff.Delete:
				more--
			case udiff.Equal:
			}
		}
	}
	return diff.String()
}
