package diag_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/connpolicy/connpolicy/diag"
	"pgregory.net/rapid"
)

func TestStandardInputIsNamedAsPeopleKnowIt(t *testing.T) {
	if got := diag.NewSource("-", "").Path(); got != "<stdin>" {
		t.Errorf("named %q", got)
	}
	if got := (*diag.Source)(nil).Path(); got != "" {
		t.Errorf("no source is named %q", got)
	}
}

func TestAByteOrderMarkIsNoColumn(t *testing.T) {
	src := diag.NewSource("a", "\ufeffabc\n")
	if src.Text() != "abc\n" {
		t.Errorf("text %q", src.Text())
	}
	if bare := diag.NewSource("a", "abc\n"); src.Mark() != 3 || bare.Mark() != 0 {
		t.Errorf("%d bytes stood before the text, and %d", src.Mark(), bare.Mark())
	}
	if span := src.At(0, 3); span.Line != 1 || span.Col != 1 || span.Len != 3 {
		t.Errorf("at %+v", span)
	}
}

func TestPlacesCountRunesAndEndWithTheirLine(t *testing.T) {
	const text = "one\r\ntwö three\n\nlast"
	src := diag.NewSource("a", text)
	for _, c := range []struct {
		offset, length, line, col, len int
	}{
		{0, 3, 1, 1, 3},
		{0, 99, 1, 1, 3},  // cut at the end of the line, the carriage return not counted
		{3, 1, 1, 4, 1},   // the carriage return itself stands behind the line
		{5, 4, 2, 1, 3},   // four bytes of three letters
		{10, 5, 2, 5, 5},  // behind a letter of two bytes
		{16, 1, 3, 1, 1},  // an empty line
		{17, 4, 4, 1, 4},  // no line break at the end
		{21, 1, 4, 5, 1},  // the end of the text
		{99, 1, 4, 5, 1},  // beyond it
		{-5, 2, 1, 1, 2},  // before it
		{17, -3, 4, 1, 1}, // never without a caret
	} {
		if s := src.At(c.offset, c.length); s.Line != c.line || s.Col != c.col || s.Len != c.len {
			t.Errorf("At(%d, %d) = line %d, column %d, length %d; want %d, %d, %d", c.offset, c.length, s.Line, s.Col, s.Len, c.line, c.col, c.len)
		}
	}
}

func TestLinesAreGivenWithoutTheirBreaks(t *testing.T) {
	src := diag.NewSource("a", "one\r\ntwo\n\nlast")
	for n, want := range map[int]string{-1: "", 0: "", 1: "one", 2: "two", 3: "", 4: "last", 5: "", 99: ""} {
		if got := src.LineText(n); got != want {
			t.Errorf("line %d is %q, want %q", n, got, want)
		}
	}
	if got := (*diag.Source)(nil).LineText(1); got != "" {
		t.Errorf("no source has the line %q", got)
	}
}

func TestEveryPlaceLiesInsideItsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("a\n\r\té日😀\u2028 "))).Draw(t, "text")
		src := diag.NewSource("a", text)
		places := []int{-2, len(text), len(text) + 2}
		for i := range text {
			places = append(places, i)
		}
		from := rapid.SampledFrom(places).Draw(t, "from")
		s := src.At(from, rapid.SampledFrom(places).Draw(t, "to")-from)
		if s.Line < 1 || s.Line > strings.Count(text, "\n")+1 {
			t.Fatalf("line %d of %q", s.Line, text)
		}
		length := utf8.RuneCountInString(src.LineText(s.Line))
		if s.Col < 1 || s.Col > length+1 || s.Len < 1 || s.Col+s.Len > length+2 {
			t.Fatalf("column %d and length %d in a line of %d runes", s.Col, s.Len, length)
		}
	})
}
