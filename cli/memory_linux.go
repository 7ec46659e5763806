package cli

import (
	"bytes"
	"os"
	"strconv"
	"syscall" //nolint:depguard // a limit of the process, no socket numbers
)

// addressSpace is the limit of the process's address space and how much of it is used, in bytes; 0 when there is
// none. The Go runtime reserves some hundred MiB at its start, which count
// (https://man7.org/linux/man-pages/man2/getrlimit.2.html, RLIMIT_AS).
func addressSpace() (total, used uint64) {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_AS, &limit) != nil || limit.Cur >= 1<<62 {
		return 0, 0
	}
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, 0
	}
	size, _, _ := bytes.Cut(text, []byte(" "))
	pages, err := strconv.ParseUint(string(size), 10, 64)
	if err != nil {
		return 0, 0
	}
	return limit.Cur, pages * uint64(os.Getpagesize()) //nolint:gosec // a page's size is positive
}
