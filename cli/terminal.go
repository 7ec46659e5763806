package cli

import (
	"io"
	"os"

	"golang.org/x/term"
)

func terminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// colour decides whether findings are coloured.
func (s *streams) colour(flag string) bool { return coloured(s.err, flag) }

// coloured decides by the flag, then by NO_COLOR (https://no-color.org), then by the stream.
func coloured(w io.Writer, flag string) bool {
	switch {
	case flag == "always":
		return true
	case flag == "never", os.Getenv("NO_COLOR") != "", os.Getenv("TERM") == "dumb":
		return false
	}
	return isTerminal(w)
}
