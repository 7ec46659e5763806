package cli

import (
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"syscall" //nolint:depguard // signals that end a run, no socket numbers; defined on every system
	"time"
)

// temporaryPattern is what os.CreateTemp makes names of: the star becomes digits.
const temporaryPattern = ".connpolicy-*.tmp"

// temporaryName is a name of that pattern.
var temporaryName = regexp.MustCompile(`^\.connpolicy-[0-9]+\.tmp$`)

// leftOver is the age from which on a temporary file is not of a run that still writes: writing
// takes seconds.
const leftOver = time.Hour

// temporaries are files that are written beside those that they replace. A signal that ends the run
// removes them first.
type temporaries struct {
	mu      sync.Mutex // held while a file is created, and while all are renamed
	names   []string
	swept   []string // directories without the left-overs of killed runs
	signals chan os.Signal
	done    chan struct{}
}

func newTemporaries() *temporaries {
	t := &temporaries{signals: make(chan os.Signal, 1), done: make(chan struct{})}
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(sig) { // nohup stays in force
			signal.Notify(t.signals, sig)
		}
	}
	go t.watch()
	return t
}

// watch waits for a signal, removes the files and lets the signal do what it does by default.
func (t *temporaries) watch() {
	select {
	case <-t.done:
	case sig := <-t.signals:
		t.mu.Lock() // and keeps it: nothing is created or renamed any more
		t.removeAll()
		signal.Reset(sig)
		raise(sig)
	}
}

// remove ends the watch, and removes what was not renamed.
func (t *temporaries) remove() {
	signal.Stop(t.signals)
	close(t.done)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.removeAll()
}

func (t *temporaries) removeAll() {
	for _, name := range t.names {
		_ = os.Remove(name) // those that are in place are not there any more
	}
}

// write writes the text to a new file in the directory of its own.
func (t *temporaries) write(f output) error {
	dir := filepath.Dir(f.path)
	if !slices.Contains(t.swept, dir) {
		t.swept = append(t.swept, dir)
		sweep(dir)
	}
	file, err := t.create(dir)
	if err != nil {
		return err
	}
	mode := fs.FileMode(0o644)
	if f.like != nil {
		mode = f.like.Mode().Perm()
		keepOwner(file.Name(), f.like)
	}
	if _, err = file.Write(f.text); err == nil {
		err = file.Chmod(mode)
	}
	return firstOf(err, file.Close())
}

func (t *temporaries) create(dir string) (*os.File, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	file, err := os.CreateTemp(dir, temporaryPattern)
	if err == nil {
		t.names = append(t.names, file.Name())
	}
	return file, err
}

// rename puts the files, which were written in this order, into their places. It returns the name of
// the one that cannot be put there.
func (t *temporaries) rename(files []output) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, f := range files {
		if err := os.Rename(t.names[i], f.path); err != nil {
			return f.name, err
		}
	}
	return "", nil
}

// sweep removes the temporary files that a killed run of the same user left in a directory.
func sweep(dir string) {
	entries, _ := os.ReadDir(dir) // what cannot be read is not swept
	for _, e := range entries {
		if !temporaryName.MatchString(e.Name()) {
			continue
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > leftOver && ownedByUs(info) {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}
