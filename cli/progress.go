package cli

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/connpolicy/connpolicy/diag"
)

// progress counts what a run has done, on all cores.
type progress struct {
	files          atomic.Int64
	checked, total atomic.Int64 // documents; the total is known when all files are read
	typing         atomic.Bool  // somebody types the input, and is not to be disturbed
}

// Expect adds documents that are to be checked.
func (p *progress) Expect(documents int) { p.total.Add(int64(documents)) }

// Done counts a document that is checked.
func (p *progress) Done() { p.checked.Add(1) }

// Progress is shown after patience, and drawn again after redrawn.
const (
	patience = 500 * time.Millisecond
	redrawn  = 100 * time.Millisecond
)

// watch shows how far the run is, in a line that the returned function takes
// away. Nothing else may be printed before that. Pipes, files and logs have nothing of it.
func (s *streams) watch() (stop func()) {
	for _, count := range []*atomic.Int64{&s.progress.files, &s.progress.checked, &s.progress.total} {
		count.Store(0) // diff reads twice
	}
	if !isTerminal(s.err) || os.Getenv("CI") != "" || os.Getenv("TERM") == "dumb" {
		return func() {}
	}
	return s.progress.show(s.err, patience, redrawn)
}

// show draws progress after a while, and again and again until it is stopped.
func (p *progress) show(w io.Writer, after, every time.Duration) (stop func()) {
	stopping, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		timer := time.NewTimer(after)
		defer timer.Stop()
		for drawn := false; ; {
			select {
			case <-stopping:
				if drawn {
					fmt.Fprint(w, "\r\x1b[K") // to the line's start, and erase it
				}
				return
			case <-timer.C:
				if !p.typing.Load() {
					fmt.Fprint(w, "\r"+p.String()+"\x1b[K")
					drawn = true
				}
				timer.Reset(every)
			}
		}
	}()
	return func() {
		close(stopping)
		<-stopped
	}
}

// String is short enough for any terminal: a line that wraps cannot be taken back.
func (p *progress) String() string {
	files, checked, total := p.files.Load(), p.checked.Load(), p.total.Load()
	switch {
	case total == 0 && files == 0:
		return "reading"
	case total == 0:
		return "reading: " + diag.Plural(int(files), "file")
	case checked < total:
		return fmt.Sprintf("checking: %d of %s", checked, diag.Plural(int(total), "document"))
	}
	return "resolving " + diag.Plural(int(total), "document")
}
