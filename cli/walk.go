package cli

import (
	"path"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
)

// unwalked reports a directory that a walk does not enter: hidden ones, which tools keep their own
// files in, and node_modules. Named on the command line it is read.
func unwalked(name string) bool {
	return len(name) > 1 && name[0] == '.' && name != ".." || name == "node_modules"
}

// unwalkedWithin reports a path with a directory that a walk does not enter.
func unwalkedWithin(name string) bool {
	return slices.ContainsFunc(strings.Split(path.Dir(name), "/"), unwalked)
}

// lenient is what is made of a chunk of a file that was found in a directory and not named: where it
// is not a manifest of a kind that is read, nothing is wrong with it, and where it is a template of
// one it is counted.
func lenient(c *schema.Chunk, p schema.Parsed) schema.Parsed {
	ours := schema.NamesKind(c.Text)
	switch {
	case ours && slices.ContainsFunc(p.Found, func(d diag.Diagnostic) bool { return d.Code == diag.Template }):
		return schema.Parsed{Templates: 1}
	case !ours && len(p.Documents) == 0 && p.Found.AtLeast(diag.Error):
		return schema.Parsed{Skipped: 1}
	}
	return p
}

// withoutPatches drops the files of directories that a kustomization beside them names as patches:
// these are parts of objects. It returns how many there were.
func (in *input) withoutPatches() int {
	patches := map[string]bool{}
	for _, src := range in.sources {
		switch path.Base(src.Path()) {
		case "kustomization.yaml", "kustomization.yml":
			addPatches(patches, src)
		}
	}
	before := len(in.sources)
	in.sources = slices.DeleteFunc(in.sources, func(src *diag.Source) bool {
		return in.found[src.Path()] && patches[src.Path()]
	})
	return before - len(in.sources)
}

// addPatches adds the paths of a kustomization's patches.
func addPatches(patches map[string]bool, src *diag.Source) {
	file := present(src.Path())
	revision := strings.TrimSuffix(src.Path(), file)
	for _, name := range schema.KustomizePatches(src.Text()) {
		patches[revision+path.Join(path.Dir(file), name)] = true
	}
}
