package cli

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// watchMemory ends the program with a sentence and ExitMemory before the Go runtime ends it with its own
// text and exit code 2, which is that of wrong usage: when more than half of the address space that the
// process may have is in use after a collection.
func watchMemory(name string, stderr io.Writer) {
	total, used := addressSpace()
	if total <= used {
		return // no limit, or not known
	}
	free := total - used
	debug.SetMemoryLimit(int64(free / 4 * 3)) //nolint:gosec // at most 2^62: addressSpace has no larger ones
	afterCollection(func() {
		if liveHeap() > free/2 {
			fmt.Fprintf(stderr, "%s: the input needs more memory than this process may have, %d MiB of address space\n"+
				"help: read fewer files at a time, or raise the limit (ulimit -v)\n", name, total>>20)
			os.Exit(ExitMemory) //nolint:revive // nothing else can be done any more
		}
	})
}

// afterCollection calls f after each garbage collection.
func afterCollection(f func()) {
	type sentinel struct{ _ [16]byte }
	runtime.SetFinalizer(&sentinel{}, func(*sentinel) {
		f()
		afterCollection(f)
	})
}

// liveHeap is the size in bytes of the objects that the last collection kept.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
