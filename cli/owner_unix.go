//go:build unix

package cli

import (
	"io/fs"
	"os"
	"strconv"
	"syscall" //nolint:depguard // who owns a file, no socket numbers; built on systems that have it
)

// keepOwner gives a file the owner that another one has, as far as the system allows: a run as
// root, in a container for one, must not take people's files from them.
func keepOwner(path string, of fs.FileInfo) {
	if stat, ok := of.Sys().(*syscall.Stat_t); ok {
		_ = os.Chown(path, int(stat.Uid), int(stat.Gid))
	}
}

// owner is the number of the user that a file belongs to.
func owner(info fs.FileInfo) (uid int, known bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(stat.Uid), true
}

// ownedByUs reports a file of the user that runs the program.
func ownedByUs(info fs.FileInfo) bool {
	uid, known := owner(info)
	return known && uid == os.Geteuid()
}

// trusted reports a file of the user, of root, or of whoever ran sudo, as git takes a repository for
// the user's own (https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory).
func trusted(info fs.FileInfo) bool {
	uid, known := owner(info)
	if !known || uid == 0 || uid == os.Geteuid() {
		return true
	}
	sudo, err := strconv.Atoi(os.Getenv("SUDO_UID"))
	return os.Geteuid() == 0 && err == nil && uid == sudo
}

// sameOwner reports two files of one user.
func sameOwner(a, b fs.FileInfo) bool {
	first, known := owner(a)
	second, too := owner(b)
	return known && too && first == second
}

// writableByAll reports a directory in which everybody may put files.
func writableByAll(dir fs.FileInfo) bool { return dir.Mode().Perm()&0o002 != 0 }

// links is how many names a file has.
func links(info fs.FileInfo) int {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(stat.Nlink)
	}
	return 1
}

// raise sends a signal to this process.
func raise(sig os.Signal) {
	if number, ok := sig.(syscall.Signal); ok {
		_ = syscall.Kill(os.Getpid(), number)
	}
}
