//go:build conventions && release

package conventions_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

const (
	releaseTag        = "v1.2.3"
	goreleaserVersion = "v2.14.0" // the workflow's, as syft's
	syftVersion       = "v1.52.0"
)

// makeRelease runs goreleaser in a clone at a tag, all of it but the upload, and gives dist.
func (r *repository) makeRelease(dir, goreleaser, syft string) string {
	r.t.Helper()
	r.clone(dir, releaseTag)
	cmd := exec.Command(goreleaser, "release", "--clean", "--skip=publish")
	cmd.Dir, cmd.Env = dir, append(r.env, "PATH="+filepath.Dir(syft)+string(os.PathListSeparator)+os.Getenv("PATH"))
	if out, err := cmd.CombinedOutput(); err != nil {
		r.t.Fatalf("goreleaser: %v\n%s", err, out)
	}
	return filepath.Join(dir, "dist")
}

// TestARelease makes one release, since that takes long, and looks at all of it.
func TestARelease(t *testing.T) {
	goreleaser := goTool(t, "github.com/goreleaser/goreleaser/v2", goreleaserVersion)
	syft := goTool(t, "github.com/anchore/syft/cmd/syft", syftVersion)
	r := newRepository(t)
	here, there := filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "another")
	dist := r.makeRelease(here, goreleaser, syft)

	t.Run("archives hold the program, its license and what shells and man read", func(t *testing.T) { checkArchives(t, dist) })
	t.Run("the program is the one that make build builds", func(t *testing.T) { checkProgram(t, r, here, dist) })
	t.Run("checksums are those of all files", func(t *testing.T) { checkSums(t, dist) })
	t.Run("the bill of materials of each archive is CycloneDX", func(t *testing.T) { checkBills(t, dist) })
	t.Run("the krew manifest installs", func(t *testing.T) { checkKrew(t, dist) })
	t.Run("the Homebrew cask has the three names, and a program that macOS starts", func(t *testing.T) { checkCask(t, dist) })
	t.Run("the Debian package holds the program under its three names", func(t *testing.T) { checkDebian(t, dist) })
	t.Run("a second release of the commit has the same files", func(t *testing.T) {
		again := r.makeRelease(there, goreleaser, syft)
		if first, second := sumsOf(t, dist), sumsOf(t, again); !maps.Equal(first, second) {
			t.Errorf("%v\n%v", first, second)
		}
	})
}

func TestReleaseToolsHaveOneVersion(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, ".github", "workflows", "release.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range []string{"goreleaser/v2@" + goreleaserVersion, "syft@" + syftVersion} {
		if !strings.Contains(string(text), tool) {
			t.Errorf("the workflow does not install %s, which is tested", tool)
		}
	}
}

// platforms are those of the archives.
var platforms = []string{"linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64", "windows_amd64", "windows_arm64"}

// unpack is what an archive holds: names, and their texts.
func unpack(t *testing.T, dist, platform string) map[string]string {
	t.Helper()
	name := filepath.Join(dist, "connpolicy_"+strings.TrimPrefix(releaseTag, "v")+"_"+platform)
	files := map[string]string{}
	if strings.HasPrefix(platform, "windows") {
		z, err := zip.OpenReader(name + ".zip")
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			files[f.Name] = readAll(t, r)
		}
		return files
	}
	f, err := os.Open(name + ".tar.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return files
		} else if err != nil {
			t.Fatal(err)
		}
		if h.Uid != 0 || h.Uname != "root" {
			t.Errorf("%s in %s belongs to %s (%d)", h.Name, platform, h.Uname, h.Uid)
		}
		if executable := h.Mode&0o111 != 0; executable != (h.Name == "connpolicy") || h.Mode&0o444 != 0o444 {
			t.Errorf("%s in %s has mode %o", h.Name, platform, h.Mode)
		}
		files[h.Name] = readAll(t, r)
	}
}

func readAll(t *testing.T, r io.Reader) string {
	t.Helper()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func checkArchives(t *testing.T, dist string) {
	for _, platform := range platforms {
		files := unpack(t, dist, platform)
		program, magic := "connpolicy", "\x7fELF"
		switch system, _, _ := strings.Cut(platform, "_"); system {
		case "windows":
			program, magic = "connpolicy.exe", "MZ"
		case "darwin":
			magic = "\xcf\xfa\xed\xfe"
		}
		for name, part := range map[string]string{
			program: magic, "LICENSE": "Apache License", "THIRD_PARTY_NOTICES": "github.com/urfave/cli/v2", "README.md": "# connpolicy",
			"completions/connpolicy.bash": "complete ", "completions/_connpolicy": "#compdef ", "completions/connpolicy.fish": "complete ",
			"completions/connpolicy.ps1": "Register-ArgumentCompleter", "man/connpolicy.1": ".TH",
		} {
			if !strings.Contains(files[name], part) {
				t.Errorf("%s in the archive for %s does not have %q, or is not there", name, platform, part)
			}
		}
		if len(files) != 9 {
			t.Errorf("the archive for %s has %d files", platform, len(files))
		}
	}
}

// checkProgram compares the program with one that is built from nothing: without the cache of
// builds that both releases share.
func checkProgram(t *testing.T, r *repository, here, dist string) {
	file := filepath.Join(t.TempDir(), "connpolicy")
	write(t, file, unpack(t, dist, runtime.GOOS+"_"+runtime.GOARCH)["connpolicy"])
	if released, built := sum(t, file), r.makeBuild(here, "GOCACHE="+t.TempDir()); released != built {
		t.Errorf("the released program is %s, and make build makes %s", released, built)
	}
	if err := os.Chmod(file, 0o755); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	want := `"version": "` + releaseTag + `"`
	if o := execute(t, here, "", file, "version", "-o", "json"); !strings.Contains(o.stdout, want) || !strings.Contains(o.stdout, r.git(r.hooks, "rev-parse", "HEAD")) || !strings.Contains(o.stdout, `"dirty": false`) {
		t.Errorf("%+v", o)
	}
}

// sumsOf are the published sums of all files but the bills of materials, which have a time and a random number.
func sumsOf(t *testing.T, dist string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dist, "checksums.txt"))
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if value, name, _ := strings.Cut(strings.TrimSpace(line), "  "); !strings.HasSuffix(name, ".cdx.json") {
			sums[name] = value
		}
	}
	return sums
}

func checkSums(t *testing.T, dist string) {
	cmd := exec.Command("sha256sum", "--check", "--strict", "checksums.txt")
	cmd.Dir = dist
	out, err := cmd.CombinedOutput()
	if err != nil || strings.Count(string(out), ": OK\n") != len(platforms)*2+4 {
		t.Errorf("%v\n%s", err, out)
	}
}

// checkBills asks the CycloneDX project's own validator, by the published schema.
func checkBills(t *testing.T, dist string) {
	python := pipTool(t, "cyclonedx-python-lib[json-validation]", "11.12.0", "python3")
	const script = `
import sys
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation import make_schemabased_validator
import json
text = sys.stdin.read()
version = SchemaVersion.from_version(json.loads(text)["specVersion"])
problem = make_schemabased_validator(OutputFormat.JSON, version).validate_str(text)
sys.exit(str(problem) if problem else 0)
`
	for _, platform := range platforms {
		names, err := filepath.Glob(filepath.Join(dist, "connpolicy_*_"+platform+".*.cdx.json"))
		if err != nil || len(names) != 1 {
			t.Fatalf("%s: %v %v", platform, names, err)
		}
		text, err := os.ReadFile(names[0])
		if err != nil {
			t.Fatal(err)
		}
		if o := execute(t, dist, string(text), python, "-c", script); o.exit != 0 {
			t.Errorf("%s: %s", platform, o.stderr)
		}
		var bill struct {
			Components []struct{ Name, Version string }
		}
		if err := json.Unmarshal(text, &bill); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"istio.io/api", "github.com/urfave/cli/v2", "stdlib"} {
			if !slices.ContainsFunc(bill.Components, func(c struct{ Name, Version string }) bool { return c.Name == name && c.Version != "" }) {
				t.Errorf("%s: %s is not in the bill", platform, name)
			}
		}
		if spoilt := bytes.Replace(text, []byte(`"type":"library"`), []byte(`"type":"thing"`), 1); !bytes.Equal(spoilt, text) {
			if o := execute(t, dist, string(spoilt), python, "-c", script); o.exit == 0 {
				t.Error("the validator takes everything")
			}
		} else {
			t.Errorf("%s: no library in the bill", platform)
		}
	}
}

// krewPlugin is a manifest of krew's API v1alpha2, with the fields that we use and no others.
// https://github.com/kubernetes-sigs/krew/blob/master/pkg/index/types.go
type krewPlugin struct {
	APIVersion, Kind string
	Metadata         struct{ Name string }
	Spec             struct {
		Version, Homepage, ShortDescription, Description, Caveats string

		Platforms []struct {
			URI, Sha256, Bin string
			Selector         struct{ MatchLabels map[string]string }
		}
	}
}

// checkKrew does what krew does with a manifest: it chooses the platform, compares the archive's
// sum, unpacks it, and links the program as kubectl-connpolicy, by which kubectl finds it.
func checkKrew(t *testing.T, dist string) {
	text, err := os.ReadFile(filepath.Join(dist, "krew", "connpolicy.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var p krewPlugin
	if err := yaml.UnmarshalStrict(text, &p); err != nil {
		t.Fatal(err)
	}
	if p.APIVersion != "krew.googlecontainertools.github.com/v1alpha2" || p.Kind != "Plugin" || p.Metadata.Name != "connpolicy" || p.Spec.Version != releaseTag || p.Spec.Description == "" || p.Spec.Homepage == "" {
		t.Errorf("%+v", p)
	}
	if s := p.Spec.ShortDescription; s == "" || len(s) > 50 {
		t.Errorf("krew search cuts a description of %d letters", len(s))
	}
	var have []string
	for _, platform := range p.Spec.Platforms {
		name := platform.Selector.MatchLabels["os"] + "_" + platform.Selector.MatchLabels["arch"]
		have = append(have, name)
		archive := filepath.Base(platform.URI)
		if want := "https://github.com/connpolicy/connpolicy/releases/download/" + releaseTag + "/" + archive; platform.URI != want || sum(t, filepath.Join(dist, archive)) != platform.Sha256 {
			t.Errorf("%s: %s %s", name, platform.URI, platform.Sha256)
		}
		if unpack(t, dist, name)[platform.Bin] == "" {
			t.Errorf("%s: there is no %q in the archive", name, platform.Bin)
		}
	}
	slices.Sort(have)
	if want := slices.Sorted(slices.Values(platforms)); !slices.Equal(want, have) {
		t.Errorf("platforms %v, not %v", have, want)
	}
	store, path := t.TempDir(), t.TempDir()
	write(t, filepath.Join(store, "connpolicy"), unpack(t, dist, runtime.GOOS+"_"+runtime.GOARCH)["connpolicy"])
	if err := os.Chmod(filepath.Join(store, "connpolicy"), 0o755); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(store, "connpolicy"), filepath.Join(path, "kubectl-connpolicy")); err != nil {
		t.Fatal(err)
	}
	if o := execute(t, path, "", filepath.Join(path, "kubectl-connpolicy"), "-h"); o.exit != 0 || !strings.Contains(o.stdout, "kubectl connpolicy COMMAND") {
		t.Errorf("%+v", o)
	}
}

// checkCask reads what goreleaser wrote; Homebrew itself is not run.
func checkCask(t *testing.T, dist string) {
	text, err := os.ReadFile(filepath.Join(dist, "homebrew", "Casks", "connpolicy.rb"))
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{
		`cask "connpolicy" do`, `binary "connpolicy", target: "kubectl-connpolicy"`, `binary "connpolicy", target: "kubectl_complete-connpolicy"`,
		`manpage "man/connpolicy.1"`, `bash_completion "completions/connpolicy.bash"`, `"-dr", "com.apple.quarantine", "#{staged_path}/connpolicy"`,
	} {
		if !strings.Contains(string(text), words) {
			t.Errorf("the cask has no %s:\n%s", words, text)
		}
	}
	if ruby, err := exec.LookPath("ruby"); err == nil {
		if o := execute(t, dist, string(text), ruby, "-c", "-"); o.exit != 0 {
			t.Errorf("%+v", o)
		}
	}
}

func checkDebian(t *testing.T, dist string) {
	dpkg, err := exec.LookPath("dpkg-deb")
	if err != nil {
		t.Skip("there is no dpkg-deb here to unpack the package")
	}
	dir := t.TempDir()
	if o := execute(t, dir, "", dpkg, "--extract", filepath.Join(dist, "connpolicy_"+strings.TrimPrefix(releaseTag, "v")+"_"+runtime.GOARCH+".deb"), "."); o.exit != 0 {
		t.Fatal(o.stderr)
	}
	for _, name := range []string{"connpolicy", "kubectl-connpolicy", "kubectl_complete-connpolicy"} {
		if sum(t, filepath.Join(dir, "usr", "bin", name)) != sum(t, filepath.Join(dir, "usr", "bin", "connpolicy")) {
			t.Errorf("%s is another program", name)
		}
	}
	for _, name := range []string{"bash-completion/completions/connpolicy", "zsh/vendor-completions/_connpolicy", "fish/vendor_completions.d/connpolicy.fish", "man/man1/connpolicy.1", "doc/connpolicy/copyright", "doc/connpolicy/THIRD_PARTY_NOTICES"} {
		if info, err := os.Stat(filepath.Join(dir, "usr", "share", name)); err != nil || info.Size() == 0 || info.Mode().Perm() != 0o644 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
}
