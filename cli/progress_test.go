package cli

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"
)

// screen is a terminal that remembers all that was written to it.
type screen struct {
	sync.Mutex
	bytes.Buffer
	wrote chan struct{}
}

func (s *screen) Write(p []byte) (int, error) {
	s.Lock()
	defer s.Unlock()
	select {
	case s.wrote <- struct{}{}:
	default:
	}
	return s.Buffer.Write(p)
}

func TestProgressIsALineThatLeavesNoTrace(t *testing.T) {
	s := &screen{wrote: make(chan struct{}, 1)}
	var p progress
	p.files.Store(2)
	stop := p.show(s, time.Millisecond, time.Millisecond)
	<-s.wrote
	p.total.Store(10)
	p.checked.Store(7)
	for seen := false; !seen; {
		<-s.wrote
		s.Lock()
		seen = strings.Contains(s.String(), "\rchecking: 7 of 10 documents\x1b[K")
		s.Unlock()
	}
	stop()
	got := s.String()
	if !strings.HasPrefix(got, "\rreading: 2 files\x1b[K") || !strings.HasSuffix(got, "\r\x1b[K") || strings.Contains(got, "\n") {
		t.Errorf("%q", got)
	}
	time.Sleep(5 * time.Millisecond)
	if after := s.String(); after != got {
		t.Errorf("written after the end: %q", after[len(got):])
	}
}

func TestAShortRunHasNoProgress(t *testing.T) {
	s := &screen{wrote: make(chan struct{}, 1)}
	new(progress).show(s, time.Hour, time.Hour)()
	if got := s.String(); got != "" {
		t.Errorf("%q", got)
	}
}

func TestWhoTypesTheInputIsNotDisturbed(t *testing.T) {
	s := &screen{wrote: make(chan struct{}, 1)}
	var p progress
	p.typing.Store(true)
	stop := p.show(s, time.Millisecond, time.Millisecond)
	time.Sleep(10 * time.Millisecond)
	stop()
	if got := s.String(); got != "" {
		t.Errorf("%q", got)
	}
}

func TestProgressSpeaksOfWhatIsGoingOn(t *testing.T) {
	for _, tt := range []struct {
		files, checked, total int64
		want                  string
	}{
		{0, 0, 0, "reading"},
		{1, 0, 0, "reading: 1 file"},
		{12, 0, 0, "reading: 12 files"},
		{12, 0, 1, "checking: 0 of 1 document"},
		{12, 99, 100, "checking: 99 of 100 documents"},
		{12, 100, 100, "resolving 100 documents"},
	} {
		var p progress
		p.files.Store(tt.files)
		p.checked.Store(tt.checked)
		p.total.Store(tt.total)
		if got := p.String(); got != tt.want || len(got) > 60 {
			t.Errorf("%+v: %q", tt, got)
		}
	}
}
