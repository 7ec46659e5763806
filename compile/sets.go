package compile

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/schema"
)

// Set is a part of the input that is resolved by itself.
type Set struct {
	Name      string // the directory or file that only this set has; "" where there is one set
	Documents []*schema.Document
}

// Division is how input is divided into sets: the branches of the directory tree that hold
// different objects of one identity, as the directories of several clusters or environments do.
type Division struct {
	branches map[string]bool
	file     func(*schema.Document) string
	// Differ is a document of each of two sets that differ; nil where the input is one set.
	Differ [2]*schema.Document
}

// Divide looks for different objects of one identity in different directories. Those in one directory
// do not divide the input: they are duplicates. file is the path of a document; nil for its file's.
func Divide(docs []*schema.Document, file func(*schema.Document) string) *Division {
	v := &Division{branches: map[string]bool{}, file: file}
	if file == nil {
		v.file = func(d *schema.Document) string { return d.Place().Path() }
	}
	for _, group := range conflicts(docs) {
		if v.divide(group) && v.Differ[0] == nil {
			v.Differ = [2]*schema.Document{group[0], v.otherPlace(group)}
		}
	}
	return v
}

// Join adds the branches of another division, so that two inputs are divided alike.
func (v *Division) Join(other *Division) { maps.Copy(v.branches, other.branches) }

// Sets returns the sets of documents: one where there are no branches, else one for each branch that
// has no other branch in it, in the order of their names. A set has the documents in its branch and in
// the branches around it, and those outside of all branches.
func (v *Division) Sets(docs []*schema.Document) []Set {
	if len(v.branches) == 0 {
		return []Set{{Documents: docs}}
	}
	inner := maps.Clone(v.branches)
	for b := range v.branches {
		delete(inner, v.around(path.Dir(b)))
	}
	branch := make([]string, len(docs))
	for i, d := range docs {
		branch[i] = v.around(v.path(d))
	}
	var sets []Set
	for _, name := range slices.Sorted(maps.Keys(inner)) {
		set := Set{Name: name}
		for i, d := range docs {
			if branch[i] == "" || within(name, branch[i]) {
				set.Documents = append(set.Documents, d)
			}
		}
		sets = append(sets, set)
	}
	return sets
}

func (v *Division) path(d *schema.Document) string { return path.Clean(v.file(d)) }

// conflicts returns the documents of each identity that has different objects, in the order of the input.
func conflicts(docs []*schema.Document) [][]*schema.Document {
	groups := map[identity][]*schema.Document{}
	var order []identity
	differ := map[identity]bool{}
	for _, d := range docs {
		if !identified(d) {
			continue
		}
		id := identityOf(d)
		group := groups[id]
		if len(group) == 0 {
			order = append(order, id)
		} else if !sameContent(group[0], d) {
			differ[id] = true
		}
		groups[id] = append(group, d)
	}
	var out [][]*schema.Document
	for _, id := range order {
		if differ[id] {
			out = append(out, groups[id])
		}
	}
	return out
}

// otherPlace returns the first document of the group in another directory than the first one's that
// differs from it, or else the last one.
func (v *Division) otherPlace(group []*schema.Document) *schema.Document {
	for _, d := range group[1:] {
		if path.Dir(v.path(d)) != path.Dir(v.path(group[0])) && !sameContent(group[0], d) {
			return d
		}
	}
	return group[len(group)-1]
}

// divide adds the branches in which the documents of a group lie: wherever their paths part, each way
// on is a branch. It reports whether there are any.
func (v *Division) divide(group []*schema.Document) bool {
	ways := map[string]map[string]bool{} // by directory: its entries that lead to the documents
	files := map[string]bool{}
	for _, d := range group {
		files[v.path(d)] = true
		for name := v.path(d); name != path.Dir(name); name = path.Dir(name) {
			if ways[path.Dir(name)] == nil {
				ways[path.Dir(name)] = map[string]bool{}
			}
			ways[path.Dir(name)][name] = true
		}
	}
	divided := false
	for _, entries := range ways {
		if len(entries) > 1 && !areFiles(entries, files) {
			maps.Copy(v.branches, entries)
			divided = true
		}
	}
	return divided
}

// areFiles reports entries of a directory that are all files: their documents stay together.
func areFiles(entries, files map[string]bool) bool {
	for name := range entries {
		if !files[name] {
			return false
		}
	}
	return true
}

// around returns the innermost branch that a path lies in, or "".
func (v *Division) around(name string) string {
	for ; ; name = path.Dir(name) {
		if v.branches[name] {
			return name
		}
		if name == path.Dir(name) {
			return ""
		}
	}
}

func within(name, dir string) bool { return name == dir || strings.HasPrefix(name, dir+"/") }
