package kubernetes

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// IstioKinds are the kinds of Istio's that connpolicy writes.
var IstioKinds = []string{"DestinationRule", "EnvoyFilter"}

// Istio has the CRDs of those kinds by apiVersion and kind ("networking.istio.io/v1 DestinationRule"),
// in every version that Istio serves, from the release of istio.io/api that connpolicy writes rules
// with: its module has the CRDs beside the types.
func Istio() (map[string]*CRD, error) {
	dir, err := moduleDir("istio.io/api")
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(dir, "kubernetes", "customresourcedefinitions.gen.yaml"))
	if err != nil {
		return nil, err
	}
	all, err := Load(text)
	if err != nil {
		return nil, err
	}
	versions, kinds := map[string]*CRD{}, map[string]bool{}
	for _, crd := range all {
		if slices.Contains(IstioKinds, crd.Kind) {
			versions[crd.APIVersion+" "+crd.Kind] = crd
			kinds[crd.Kind] = true
		}
	}
	if len(kinds) < len(IstioKinds) {
		return nil, fmt.Errorf("istio.io/api has CRDs of %v only", kinds)
	}
	return versions, nil
}

// moduleDir is where the go command keeps a module of the build list.
func moduleDir(module string) (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output() //nolint:gosec,noctx // the go command that runs the test
	if dir := strings.TrimSpace(string(out)); err == nil && dir != "" {
		return dir, nil
	}
	return "", fmt.Errorf("the module %s is not at hand (go mod download fetches it): %w", module, err)
}
