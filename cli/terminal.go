package cli

import (
	"os"

	"golang.org/x/term"
)

func terminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// colour decides by the flag, then by NO_COLOR (https://no-color.org), then by the stream.
func (s *streams) colour(flag string) bool {
	switch {
	case flag == "always":
		return true
	case flag == "never", os.Getenv("NO_COLOR") != "", os.Getenv("TERM") == "dumb":
		return false
	}
	return isTerminal(s.err)
}
