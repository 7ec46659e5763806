package cli

import (
	"io/fs"
	"os"
	"path/filepath"
)

// Whatever connpolicy writes goes through this file: to a stream, where a failure is worded for
// people, or to files, each of which is written whole or not at all.

// toStdout and toStderr word what a stream answers to a result or to findings.
func toStdout(_ int, err error) error {
	if err != nil {
		return usage("check what the output is piped into", "standard output cannot be written")
	}
	return nil
}

func toStderr(_ int, err error) error {
	if err != nil {
		return &exit{ExitUsage, "standard error cannot be written", ""}
	}
	return nil
}

// output is a text, and the file it is to stand in.
type output struct {
	name string // for messages
	path string
	text []byte
	like fs.FileInfo // whose mode and owner it gets; nil for those of a new file
}

// replace writes files. Nothing is replaced before all are written, each beside its place under a
// name of its own; so a full disk or a missing permission leaves all as it was, and so does a signal.
func replace(files ...output) error {
	t := newTemporaries()
	defer t.remove()
	for _, f := range files {
		if err := t.write(f); err != nil {
			return cannotWrite(f.name, err)
		}
	}
	name, err := t.rename(files)
	if err != nil {
		return cannotWrite(name, err)
	}
	return nil
}

// writeFile writes a file that the user named. A link stays: what it leads to is written. What is
// no file but goes by the name of one, a pipe or a terminal, is written to.
func writeFile(name string, text []byte) error {
	switch info, err := os.Stat(name); {
	case err == nil && info.IsDir():
		return usage("write the name of a file in it, such as "+filepath.ToSlash(filepath.Join(name, "findings")), "%s is a directory", name)
	case err == nil && !info.Mode().IsRegular():
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err == nil {
			_, err = f.Write(text)
			err = firstOf(err, f.Close())
		}
		if err != nil {
			return cannotWrite(name, err)
		}
		return nil
	}
	return replace(output{name: name, path: canonicalPath(name), text: text, like: regular(name)})
}

// regular is the file of a name, whose mode and owner a new one is to keep; nil where there is none.
func regular(name string) fs.FileInfo {
	if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
		return info
	}
	return nil
}

// notPlain refuses a link, a pipe or a directory where a file is to be written. Replacing it would
// change what it stands for.
func notPlain(path string) error {
	info, err := os.Lstat(path)
	switch {
	case err != nil || info.Mode().IsRegular():
		return nil
	case info.Mode()&fs.ModeSymlink != 0:
		return usage("move it away, or write to another directory", "%s is not replaced: it is a symbolic link", path)
	}
	return usage("move it away, or write to another directory", "%s is not replaced: it is not a regular file", path)
}

func notOurs(path string) error {
	return usage("move it away, or write to another directory", "%s is not replaced: it was not written by connpolicy", path)
}

func cannotWrite(path string, err error) error {
	if os.IsPermission(err) {
		return usage("check who may write there", "%s may not be written: permission denied", path)
	}
	return usage("check the directory and the disk it is on", "%s cannot be written", path)
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
