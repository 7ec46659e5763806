package kubernetes

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Istio is DestinationRule, in every version that Istio serves, from the release of istio.io/api
// that connpolicy writes rules with: its module has the CRDs beside the types.
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
	versions := map[string]*CRD{}
	for _, crd := range all {
		if crd.Kind == "DestinationRule" {
			versions[crd.APIVersion] = crd
		}
	}
	if len(versions) == 0 {
		return nil, errors.New("istio.io/api has no CRD of DestinationRule")
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
