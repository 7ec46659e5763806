package cli

import (
	"io/fs"
	"os"
	"path/filepath"
)

// nearestConfig returns the path, relative to the current directory, of the configuration in it or
// in the nearest directory above it, or "". A configuration that another user may have written
// is refused: it decides what is read, what is written and which findings are shown.
func nearestConfig() (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", nil
	}
	for dir := here; ; dir = filepath.Dir(dir) {
		file := filepath.Join(dir, configName)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			if short, err := filepath.Rel(here, file); err == nil {
				file = short
			}
			return file, trustConfig(file, info)
		}
		if dir == filepath.Dir(dir) {
			return "", nil
		}
	}
}

// trustConfig refuses a configuration of another user, as git refuses a repository
// (https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory), and one above the
// current directory where everybody may put files. In the current directory the owner of the
// directory is trusted too: the manifests beside the configuration are theirs, and a container that
// runs as root checks files of another user.
func trustConfig(file string, info fs.FileInfo) error {
	help := "if you trust it, pass --config " + filepath.ToSlash(file) + "; --config none reads no configuration"
	link, err := os.Lstat(file)
	if err != nil {
		return cannotRead(file, err)
	}
	dir, err := os.Stat(filepath.Dir(file))
	if err != nil {
		return cannotRead(file, err)
	}
	above := filepath.Dir(file) != "."
	switch {
	case above && writableByAll(dir):
		return usage(help, "%s is in a directory that all users may write to", filepath.ToSlash(file))
	case !trusted(info) || !trusted(link):
		if here, err := os.Stat("."); err != nil || !sameOwner(info, here) || !sameOwner(link, here) {
			return usage(help, "%s belongs to another user", filepath.ToSlash(file))
		}
	}
	return nil
}
