//go:build !linux

package cli

// addressSpace is not limited, or the limit is not known.
func addressSpace() (total, used uint64) { return 0, 0 }
