//go:build !unix

package cli

import (
	"io/fs"
	"os"
)

// exitInterrupted is what Windows' own programs end with after Ctrl-C: STATUS_CONTROL_C_EXIT
// (https://learn.microsoft.com/openspecs/windows_protocols/ms-erref/596a1078-e883-4972-9bbc-49e60bebca55).
const exitInterrupted = 0xC000013A

// keepOwner does nothing where files have no owner that a number names.
func keepOwner(string, fs.FileInfo) {}

// ownedByUs reports every file where files have no such owner.
func ownedByUs(fs.FileInfo) bool { return true }

// trusted reports every file where files have no such owner.
func trusted(fs.FileInfo) bool { return true }

// sameOwner reports any two files where files have no such owner.
func sameOwner(fs.FileInfo, fs.FileInfo) bool { return true }

// writableByAll reports no directory where its mode has no bits for others.
func writableByAll(fs.FileInfo) bool { return false }

// links is 1 where further names of a file cannot be counted.
func links(fs.FileInfo) int { return 1 }

// raise ends the process: signals cannot be sent here.
func raise(os.Signal) { os.Exit(exitInterrupted & 0x7fffffff) }
