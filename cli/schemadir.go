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
func (s *streams) writeSchemas(dir string, files []schemaFile, kinds int) error {
	var stale []schemaFile
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.name))
		have, err := os.ReadFile(path)
		switch {
		case err == nil && bytes.Equal(have, f.text):
		case err == nil && !isSchemaOfOurs(have, f.name), isFolder(path):
			return usage("move it away, or write to another directory", "%s is in the way: it was not written by connpolicy", path)
		case err == nil, os.IsNotExist(err):
			stale = append(stale, f)
		default:
			return inTheWay(path, err)
		}
	}
	for _, f := range stale {
		path := filepath.Join(dir, filepath.FromSlash(f.name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return cannotWrite(filepath.Dir(path), err)
		}
		if err := replaceFile(path, f.text); err != nil {
			return cannotWrite(path, err)
		}
	}
	what := diag.Plural(kinds, "schema")
	if len(files) > kinds {
		what += " and " + schema.AllFile
	}
	fmt.Fprintf(s.err, "%s in %s, %d written\n", what, dir, len(stale))
	return nil
}

// isSchemaOfOurs reports a schema that some version of connpolicy wrote. CRD catalogues have files
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

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// inTheWay says why a schema cannot be looked at: a file stands where its folder should be, or it
// may not be read.
func inTheWay(path string, err error) error {
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		info, failed := os.Stat(dir)
		switch {
		case failed == nil && !info.IsDir():
			return usage("move it away, or write to another directory", "%s is in the way: it is no directory", dir)
		case failed == nil, dir == filepath.Dir(dir):
			return cannotRead(path, err)
		}
	}
}
