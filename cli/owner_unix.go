//go:build unix

package cli

import (
	"io/fs"
	"os"
	"syscall" //nolint:depguard // who owns a file, no socket numbers; built on systems that have it
)

// keepOwner gives a file the owner that another one has, as far as the system allows: a run as
// root, in a container for one, must not take people's files from them.
func keepOwner(path string, of fs.FileInfo) {
	if stat, ok := of.Sys().(*syscall.Stat_t); ok {
		_ = os.Chown(path, int(stat.Uid), int(stat.Gid))
	}
}
