// Command connpolicy compiles connection policy: Gloo manifests in, objects for Istio, Envoy,
// kgateway and Envoy Gateway out, with a finding for each setting that a target cannot hold.
package main

import (
	"os"

	"github.com/connpolicy/connpolicy/cli"
)

func main() { os.Exit(cli.Run(os.Args, os.Stdin, os.Stdout, os.Stderr)) }
