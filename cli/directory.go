package cli

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/emit"
)

// directory is an output directory as it is and as it should be.
type directory struct {
	path string
	want map[string][]byte
	have map[string][]byte // the files that earlier runs wrote
}

// newDirectory encodes the objects and reads what the directory holds. Files of earlier runs
// are known by what they hold; others are never touched.
func newDirectory(path string, objects []emit.Object, format string) (*directory, error) {
	d := &directory{path: path, want: map[string][]byte{}, have: map[string][]byte{}}
	for _, o := range objects {
		text, err := emit.Encode(o, format)
		if err != nil {
			return nil, &exit{ExitBug, "bug: the output cannot be encoded: " + err.Error(), ""}
		}
		name := o.File + "." + format
		if _, twice := d.want[name]; twice {
			return nil, usage("give the objects names that differ in more than case and special characters", "two objects would be written to %s", name)
		}
		d.want[name] = text
	}
	entries, err := os.ReadDir(path)
	switch {
	case os.IsNotExist(err):
		return d, nil
	case err != nil:
		return nil, cannotRead(path, err)
	}
	for _, entry := range entries {
		if !entry.Type().IsRegular() || !isManifest(entry.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(path, entry.Name()))
		if err != nil {
			return nil, cannotRead(filepath.Join(path, entry.Name()), err)
		}
		_, wanted := d.want[entry.Name()]
		switch {
		case emit.Ours(text), wanted && emit.Replaceable(entry.Name(), text):
			d.have[entry.Name()] = text
		case wanted:
			return nil, usage("move it away, or write to another directory", "%s is in the way: it was not written by connpolicy", filepath.Join(path, entry.Name()))
		}
	}
	return d, nil
}

// add takes a text into the directory, which a later run knows by its first line.
func (d *directory) add(name, text, mark string) error {
	d.want[name] = []byte(text)
	path := filepath.Join(d.path, name)
	switch have, err := os.ReadFile(path); {
	case os.IsNotExist(err):
	case err != nil:
		return cannotRead(path, err)
	case !bytes.HasPrefix(have, []byte(mark)):
		return usage("move it away, or write to another directory", "%s is in the way: it was not written by connpolicy", path)
	default:
		d.have[name] = have
	}
	return nil
}

// names lists every file that is or should be there.
func (d *directory) names() []string {
	set := map[string]bool{}
	for name := range d.want {
		set[name] = true
	}
	for name := range d.have {
		set[name] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// diff shows what writing would change, as a unified diff.
func (d *directory) diff() string {
	var b strings.Builder
	for _, name := range d.names() {
		have, want := string(d.have[name]), string(d.want[name])
		from, to := filepath.ToSlash(filepath.Join(d.path, name)), filepath.ToSlash(filepath.Join(d.path, name))
		if _, there := d.have[name]; !there {
			from = os.DevNull
		}
		if _, wanted := d.want[name]; !wanted {
			to = os.DevNull
		}
		b.WriteString(unifiedDiff(from, to, have, want))
	}
	return b.String()
}

// write makes the directory what it should be and counts the files that it wrote and deleted.
// Each file is written whole or not at all: to a name of its own first, then renamed.
func (d *directory) write() (written, deleted int, err error) {
	if err := os.MkdirAll(d.path, 0o777); err != nil {
		return 0, 0, cannotWrite(d.path, err)
	}
	for _, name := range d.names() {
		want, wanted := d.want[name]
		have, there := d.have[name]
		if wanted && there && bytes.Equal(want, have) {
			continue
		}
		path := filepath.Join(d.path, name)
		if !wanted {
			if err := os.Remove(path); err != nil {
				return written, deleted, cannotWrite(path, err)
			}
			deleted++
			continue
		}
		if err := replaceFile(path, want); err != nil {
			return written, deleted, cannotWrite(path, err)
		}
		written++
	}
	return written, deleted, nil
}

func cannotWrite(path string, err error) error {
	if os.IsPermission(err) {
		return usage("check who may write there", "%s may not be written: permission denied", path)
	}
	return usage("check the directory and the disk it is on", "%s cannot be written", path)
}

func replaceFile(path string, text []byte) error {
	name, err := writeBeside(path, text, 0o644)
	if err != nil {
		return err
	}
	if err = os.Rename(name, path); err != nil {
		_ = os.Remove(name)
	}
	return err
}

// writeBeside writes a text to a new file in the directory of a path, under a name of its own.
func writeBeside(path string, text []byte, mode fs.FileMode) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".connpolicy-*")
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // nothing half-written is left behind
		}
	}()
	if _, err = f.Write(text); err == nil {
		err = f.Chmod(mode)
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	return f.Name(), err
}
