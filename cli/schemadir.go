package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
)

// schemaFile is a file that schema --dir writes.
type schemaFile struct {
	name string // below the directory, with slashes
	text []byte
}

// schemaFiles are the schemas of kinds, and the one that picks among all of them.
func schemaFiles(kinds []*schema.Kind, all bool) []schemaFile {
	var files []schemaFile
	for _, k := range kinds {
		files = append(files, schemaFile{k.File(), k.Schema()})
	}
	if all {
		files = append(files, schemaFile{schema.AllFile, schema.All()})
	}
	return files
}

// writeSchemas writes the files that are not there as they should be. It looks at every one first,
// so that nothing is written where one cannot be.
func (s *streams) writeSchemas(dir string, wanted []schemaFile, kinds int) error {
	var stale []schemaFile
	for _, f := range wanted {
		current, err := f.isCurrent(dir)
		if err != nil {
			return err
		}
		if !current {
			stale = append(stale, f)
		}
	}
	var files []output
	for _, f := range stale {
		path := f.path(dir)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return cannotWrite(lastThere(path), err)
		}
		files = append(files, output{name: filepath.Dir(path), path: path, text: f.text, like: regular(path)})
	}
	if err := replace(files...); err != nil {
		return err
	}
	what := diag.Plural(kinds, "schema")
	if len(wanted) > kinds {
		what += " and " + schema.AllFile
	}
	return toStderr(fmt.Fprintf(s.err, "%s in %s, %d written\n", what, dir, len(stale)))
}

func (f schemaFile) path(dir string) string { return filepath.Join(dir, filepath.FromSlash(f.name)) }

// isCurrent reports a file that need not be written. What may not be written over is an error.
func (f schemaFile) isCurrent(dir string) (bool, error) {
	path := f.path(dir)
	info, err := os.Lstat(path)
	switch {
	case os.IsNotExist(err):
		return false, nil
	case err != nil:
		return false, inTheWay(path, err)
	case !info.Mode().IsRegular():
		return false, notPlain(path)
	}
	have, err := os.ReadFile(path)
	switch {
	case err != nil:
		return false, cannotRead(path, err)
	case bytes.Equal(have, f.text):
		return true, nil
	case !isSchemaOfOurs(have, f.name):
		return false, notOurs(path)
	}
	return false, nil
}

// lastThere is the last part of a path that is there.
func lastThere(path string) string {
	for dir := path; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(dir); err == nil || dir == filepath.Dir(dir) {
			return dir
		}
	}
}

// isSchemaOfOurs reports a schema that some version of connpolicy wrote. CRD catalogs have files
// of these names, too, and what is theirs stays.
func isSchemaOfOurs(text []byte, name string) bool {
	var head struct {
		ID      string `json:"$id"`
		Comment string `json:"$comment"`
	}
	if json.Unmarshal(text, &head) != nil {
		return false
	}
	ours := strings.Contains(head.ID, "connpolicy") && strings.HasSuffix(head.ID, "/"+name)
	return ours || strings.HasPrefix(head.Comment, "Written by connpolicy ")
}

// inTheWay is why a schema cannot be looked at: a file stands where its folder should be, or it
// may not be read.
func inTheWay(path string, err error) error {
	if dir := lastThere(path); dir != path {
		if info, failed := os.Stat(dir); failed == nil && !info.IsDir() {
			return usage("move it away, or write to another directory", "%s cannot be written to: it is not a directory", dir)
		}
	}
	return cannotRead(path, err)
}
