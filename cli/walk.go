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

// dropPatches drops the files of directories that a kustomization beside them names as patches, and counts
// them: these are parts of objects.
func (in *input) dropPatches() {
	patches := map[string]bool{}
	for _, src := range in.texts.Sources {
		switch path.Base(src.Path()) {
		case "kustomization.yaml", "kustomization.yml":
			addPatches(patches, src)
		}
	}
	before := len(in.texts.Sources)
	in.texts.Sources = slices.DeleteFunc(in.texts.Sources, func(src *diag.Source) bool {
		return in.texts.Walked[src.Path()] && patches[src.Path()]
	})
	in.texts.Patches = before - len(in.texts.Sources)
}

// addPatches adds the paths of a kustomization's patches.
func addPatches(patches map[string]bool, src *diag.Source) {
	file := present(src.Path())
	revision := strings.TrimSuffix(src.Path(), file)
	for _, name := range schema.KustomizePatches(src.Text()) {
		patches[revision+path.Join(path.Dir(file), name)] = true
	}
}
