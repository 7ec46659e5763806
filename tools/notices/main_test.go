package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// The notices that a release carries are those of the modules that are linked now. After a change of
// go.mod: make notices.
func TestTheNoticesAreThoseOfTheLinkedModules(t *testing.T) {
	if _, err := os.Stat("../../go.sum"); err != nil { // looked at, so that go test's cache depends on it
		t.Fatal(err)
	}
	want, err := notices("../..")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../THIRD_PARTY_NOTICES")
	if err != nil || !bytes.Equal(got, want) {
		t.Fatalf("THIRD_PARTY_NOTICES is out of date, run make notices (%v)", err)
	}
	for _, name := range []string{"Go, https://go.dev: LICENSE", "sigs.k8s.io/yaml ", "github.com/santhosh-tekuri/jsonschema/v5 ", "github.com/urfave/cli/v2 "} {
		if !strings.Contains(string(got), "\n"+name) {
			t.Errorf("there is no notice of %s", name)
		}
	}
}

func TestALicenseFileIsFoundByItsName(t *testing.T) {
	for name, want := range map[string]bool{
		"LICENSE": true, "LICENSE.txt": true, "License.md": true, "LICENCE": true, "COPYING": true, "NOTICE": true, "LICENSE-MIT": true, //nolint:misspell // as some modules name it
		"licenses": false, "NOTICES.go": false, "README.md": false, "relicense.go": false,
	} {
		if licenseFile.MatchString(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}
