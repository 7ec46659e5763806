package cli

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/emit"
)

// directory is an output directory as it is and as it should be.
type directory struct {
	path string
	want map[string][]byte
	have map[string][]byte // the files that earlier runs wrote
	// others are files that no run wrote and that may hold objects of the kinds that are written.
	others []*diag.Source
}

// newDirectory encodes the objects and reads what the directory holds. Files of earlier runs
// are known by what they hold; others are never touched.
func newDirectory(path string, objects []dialect.Object, format string) (*directory, error) {
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
		if _, wanted := d.want[entry.Name()]; wanted {
			if err := notPlain(filepath.Join(path, entry.Name())); err != nil {
				return nil, err
			}
		}
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
			return nil, notOurs(filepath.Join(path, entry.Name()))
		case slices.ContainsFunc(emit.Groups, func(group string) bool { return bytes.Contains(text, []byte(group)) }):
			d.others = append(d.others, diag.NewSource(filepath.Join(path, entry.Name()), string(text)))
		}
	}
	return d, nil
}

// add takes a text into the directory, which a later run recognizes by its first line.
func (d *directory) add(name, text, mark string) error {
	d.want[name] = []byte(text)
	path := filepath.Join(d.path, name)
	if err := notPlain(path); err != nil {
		return err
	}
	switch have, err := os.ReadFile(path); {
	case os.IsNotExist(err):
	case err != nil:
		return cannotRead(path, err)
	case !bytes.HasPrefix(have, []byte(mark)):
		return notOurs(path)
	default:
		d.have[name] = have
	}
	return nil
}

// gone lists the paths of the files that are there and not wanted any more.
func (d *directory) gone() []string {
	var out []string
	for _, name := range d.names() {
		if _, wanted := d.want[name]; !wanted {
			out = append(out, filepath.Join(d.path, name))
		}
	}
	return out
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
// None is deleted unless all are written.
func (d *directory) write() (written, deleted int, err error) {
	if err := os.MkdirAll(d.path, 0o777); err != nil {
		return 0, 0, cannotWrite(d.path, err)
	}
	sweep(d.path)
	var stale []output
	for _, name := range d.names() {
		want, wanted := d.want[name]
		have, there := d.have[name]
		path := filepath.Join(d.path, name)
		if wanted && (!there || !bytes.Equal(want, have)) {
			stale = append(stale, output{name: path, path: path, text: want, like: regular(path)})
		}
	}
	if err := replace(stale...); err != nil {
		return 0, 0, err
	}
	for _, path := range d.gone() {
		if err := os.Remove(path); err != nil {
			return len(stale), deleted, cannotWrite(path, err)
		}
		deleted++
	}
	return len(stale), deleted, nil
}
