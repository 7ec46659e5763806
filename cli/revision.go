package cli

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
)

// revisionPrefix begins the name of an input that stands in a git repository's history:
// git:REV:PATH, with PATH as seen from the directory one is in.
const revisionPrefix = "git:"

// revision is a tree of the repository, and the way to what is read of it.
type revision struct {
	name string // as the user wrote it, up to the path: "git:main:"
	path string // as the user wrote it
	tree string // the object of the revision's whole tree
	full string // the path from the top of the tree, "" for all of it
}

// revision reads a file or a directory as it was. Git is asked for objects by their names,
// which are of its own making: nothing that a user or a repository wrote is taken for an option.
func (in *input) revision(name string) error {
	r, err := newRevision(name)
	if err != nil {
		return err
	}
	found, err := gitObjects(r.tree + ":" + r.full)
	switch {
	case err != nil:
		return err
	case found[0] == nil:
		return usage("check the name; it is relative to the working directory, and "+os.DevNull+" stands for an empty input", "there is no %s in that revision: %s", r.path, name)
	case found[0].kind == "tree":
		return in.revisionDirectory(r, found[0].id)
	}
	in.texts.Sources = append(in.texts.Sources, diag.NewSource(r.name+r.path, found[0].text))
	return nil
}

func newRevision(name string) (*revision, error) {
	rev, file, whole := strings.Cut(strings.TrimPrefix(name, revisionPrefix), ":")
	const help = "write git:REV:PATH, for example git:HEAD:. for the directory you are in"
	switch {
	case !whole:
		return nil, usage(help, "%s names no path", name)
	case rev == "":
		return nil, usage(help, "%s names no revision", name)
	case strings.HasPrefix(rev, "-"), strings.HasPrefix(file, "-"):
		return nil, usage("write ./ before a path that begins so; no revision does", "%s has a name that begins with -", name)
	case filepath.IsAbs(file), strings.HasPrefix(file, "/"):
		return nil, usage("write the path as seen from the directory you are in", "the path %q must be relative", file)
	}
	prefix, err := git("", "rev-parse", "--show-prefix")
	if err != nil {
		return nil, err
	}
	r := &revision{name: revisionPrefix + rev + ":", path: path.Clean(filepath.ToSlash(file))}
	if r.full = path.Join(strings.TrimSuffix(prefix, "\n"), r.path); r.full == "." {
		r.full = ""
	}
	if r.full == ".." || strings.HasPrefix(r.full, "../") {
		return nil, usage("write a path within the repository", "%s is outside the repository", name)
	}
	if strings.Contains(r.full, "\n") { // objects are asked for line by line
		return nil, usage("rename it, or compare files: connpolicy diff OLD NEW", "the path %q has a line break, and cannot be read in a revision", r.full)
	}
	tree, err := git("", "rev-parse", "--verify", "--quiet", rev+"^{tree}")
	if err != nil {
		return nil, usage("check the name; fetch a missing branch with: git fetch origin BRANCH, and name it FETCH_HEAD", "unknown git revision %s", rev)
	}
	r.tree = strings.TrimSpace(tree)
	return r, nil
}

// revisionDirectory reads the manifests of a directory, as those of one that is there now.
func (in *input) revisionDirectory(r *revision, id string) error {
	args := []string{"ls-tree", "-z", "--full-tree"}
	if in.recursive {
		args = append(args, "-r")
	}
	list, err := git("", append(args, id)...)
	if err != nil {
		return err
	}
	var names, wanted []string
	for entry := range strings.SplitSeq(strings.TrimSuffix(list, "\x00"), "\x00") {
		about, name, _ := strings.Cut(entry, "\t")
		fields := strings.Fields(about) // mode, kind, object
		switch {
		case len(fields) != 3 || fields[1] != "blob" || !isManifest(name) || unwalkedWithin(name) || in.excludedWithin(r.path, name):
			continue
		case fields[0] == "120000" && strings.Contains(name, "\n"):
			continue // a link that cannot be asked for by its name
		case fields[0] == "120000":
			wanted = append(wanted, r.tree+":"+path.Join(r.full, name))
		default:
			wanted = append(wanted, fields[2])
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return nil
	}
	objects, err := gitObjects(wanted...)
	if err != nil {
		return err
	}
	for i, o := range objects {
		if o != nil && o.kind == "blob" { // a link may lead to a directory, or nowhere
			src := diag.NewSource(r.name+path.Join(r.path, names[i]), o.text)
			in.texts.Sources, in.texts.Walked[src.Path()] = append(in.texts.Sources, src), true
		}
	}
	return nil
}

// gitObject is what git keeps under a name.
type gitObject struct{ id, kind, text string }

// gitObjects reads objects, links followed; nil for those that are not there.
func gitObjects(names ...string) ([]*gitObject, error) {
	out, err := git(strings.Join(names, "\n")+"\n", "cat-file", "--batch", "--follow-symlinks")
	if err != nil {
		return nil, err
	}
	objects := make([]*gitObject, len(names))
	for i := range objects {
		var header string
		header, out, _ = strings.Cut(out, "\n")
		fields := strings.Fields(header)
		if len(fields) < 2 || strings.HasSuffix(header, " missing") || strings.HasSuffix(header, " submodule") {
			continue
		}
		size, err := strconv.Atoi(fields[len(fields)-1])
		if err != nil || size < 0 || size >= len(out) {
			return nil, usage("run git fsck", "git's answer about %s cannot be read", names[i])
		}
		if len(fields) == 3 { // otherwise a link that leads nowhere, and where to
			objects[i] = &gitObject{fields[0], fields[1], out[:size]}
		}
		out = out[size+1:]
	}
	return objects, nil
}

// git runs git where one is, and words why it may fail. It never fetches: what a
// partial clone has left out is missing.
func git(stdin string, args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "GIT_NO_LAZY_FETCH=1")
	var errs bytes.Buffer
	cmd.Stdin, cmd.Stderr = strings.NewReader(stdin), &errs
	out, err := cmd.Output()
	said := errs.String()
	switch {
	case err == nil:
		return string(out), nil
	case errors.Is(err, exec.ErrNotFound):
		return "", usage("install git, or compare files: connpolicy diff OLD NEW", "git:REV:PATH needs git, which is not in $PATH")
	case strings.Contains(said, "dubious ownership"):
		return "", usage("git config --global --add safe.directory DIRECTORY, if you trust it", "git does not read this repository, because it belongs to another user")
	case strings.Contains(said, "not a git repository"):
		return "", usage("go to a directory of the repository, or compare files: connpolicy diff OLD NEW", "this directory is not in a git repository")
	}
	return "", usage("see git's own message: git "+strings.Join(args, " "), "git cannot do what git:REV:PATH needs")
}

// asRevision words a missing file whose name is that of a revision, which git diff takes as it is.
func asRevision(name string, err error) error {
	if _, missing := os.Stat(name); !os.IsNotExist(missing) || strings.HasPrefix(name, "-") || strings.HasPrefix(name, revisionPrefix) {
		return err
	}
	if _, unknown := git("", "rev-parse", "--verify", "--quiet", name+"^{tree}"); unknown != nil {
		return err
	}
	return usage("write git:"+name+":PATH for PATH as it was in that revision, such as git:"+name+":.", "there is no file %s; it is a revision of git", name)
}
