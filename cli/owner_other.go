//go:build !unix

package cli

import "io/fs"

// keepOwner does nothing where files have no owner that a number names.
func keepOwner(string, fs.FileInfo) {}
