// Command connpolicy compiles connection policy: Gloo manifests in, Istio DestinationRules
// or Envoy JSON out, and the truth about what was lost on the way.
package main

import (
	"os"

	"github.com/connpolicy/connpolicy/cli"
)

func main() { os.Exit(cli.Run(os.Args, os.Stdin, os.Stdout, os.Stderr)) }
