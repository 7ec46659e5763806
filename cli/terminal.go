package cli

import (
	"io"
	"os"

	"golang.org/x/term"
)

func terminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// color decides whether findings are colored.
func (s *streams) color(flag string) bool { return colored(s.err, flag) }

// colored decides by the flag, then by NO_COLOR (https://no-color.org), then by the stream.
func colored(w io.Writer, flag string) bool {
	switch {
	case flag == "always":
		return true
	case flag == "never", os.Getenv("NO_COLOR") != "", os.Getenv("TERM") == "dumb":
		return false
	}
	return isTerminal(w)
}
