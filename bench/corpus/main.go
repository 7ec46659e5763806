// Command corpus writes a fleet of manifests to time the compiler on.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/connpolicy/connpolicy/bench/fleet"
)

func main() {
	n := flag.Int("n", 1000, "documents to write")
	seed := flag.Uint64("seed", 1, "another seed gives another corpus of the same shape")
	out := flag.String("out", "", "the file to write (default: standard output)")
	flag.Parse()
	if err := save(*out, *n, *seed); err != nil {
		fmt.Fprintln(os.Stderr, "corpus:", err)
		os.Exit(1)
	}
}

func save(name string, n int, seed uint64) error {
	if name == "" {
		return fleet.Write(os.Stdout, n, seed)
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(fleet.Write(f, n, seed), f.Close())
}
