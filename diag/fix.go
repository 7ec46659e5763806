package diag

import (
	"cmp"
	"slices"
	"strings"
)

// Fix corrects what a finding is about and leaves every other byte as it is.
type Fix struct {
	Edits []Edit
	// Value is what the field comes to hold, as JSON has it: a string, a float64, a bool. Nil
	// when the fix is not a new value for the finding's field, but a new key or a new entry.
	Value any
}

// Edit puts New in place of the bytes from Start to before End of a source's text.
type Edit struct {
	*Source
	Start, End int
	New        string
}

// ApplyFixes gives the source's text with fixes in it, and how many of them those are. Fixes that
// want the same are put in together; one that overlaps with another, as well as one that is not
// about this source, is left out: once the other one is in, it can be asked for anew.
func (s *Source) ApplyFixes(fixes []*Fix) (text string, applied int) {
	var edits []Edit // in the order of the text
	for _, f := range fixes {
		fresh, ok := s.beside(edits, f)
		if !ok {
			continue
		}
		for _, e := range fresh {
			edits = slices.Insert(edits, behind(edits, e), e)
		}
		applied++
	}
	var b strings.Builder
	at := 0
	for _, e := range edits {
		b.WriteString(s.text[at:e.Start])
		b.WriteString(e.New)
		at = e.End
	}
	b.WriteString(s.text[at:])
	return b.String(), applied
}

// beside gives those edits of a fix that are not among others yet; false when one of them cannot
// stand beside the others, or in this source.
func (s *Source) beside(others []Edit, f *Fix) (fresh []Edit, ok bool) {
	for _, e := range f.Edits {
		if e.Source != s || e.Start < 0 || e.End < e.Start || e.End > len(s.text) {
			return nil, false
		}
		i := behind(others, e)
		switch near := others[max(0, i-1):min(len(others), i+1)]; {
		case slices.Contains(near, e), slices.Contains(fresh, e):
		case slices.ContainsFunc(near, e.touches), slices.ContainsFunc(fresh, e.touches):
			return nil, false
		default:
			fresh = append(fresh, e)
		}
	}
	return fresh, len(f.Edits) > 0
}

// behind is the place of an edit among others that are in the order of the text.
func behind(others []Edit, e Edit) int {
	i, _ := slices.BinarySearchFunc(others, e, func(a, b Edit) int { return cmp.Compare(a.Start, b.Start) })
	return i
}

// touches reports edits that share a byte, or of which one stands where the other begins or
// ends: the order of two insertions at one place is nobody's to say.
func (e Edit) touches(o Edit) bool { return e.Start <= o.End && o.Start <= e.End }
