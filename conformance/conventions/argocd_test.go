//go:build conventions

package conventions_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/yaml"
)

// argoPlugin has the fields of a ConfigManagementPlugin that Argo CD documents and reads
// (https://argo-cd.readthedocs.io/en/stable/operator-manual/config-management-plugins/;
// argo-cd: cmpserver/plugin/config.go).
type argoPlugin struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec struct {
		Version  string      `json:"version"`
		Init     argoCommand `json:"init"`
		Generate argoCommand `json:"generate"`
		Discover struct {
			FileName string `json:"fileName"`
			Find     struct {
				argoCommand
				Glob string `json:"glob"`
			} `json:"find"`
		} `json:"discover"`
		Parameters struct {
			Static []struct {
				Name           string            `json:"name"`
				Title          string            `json:"title"`
				Tooltip        string            `json:"tooltip"`
				Required       bool              `json:"required"`
				ItemType       string            `json:"itemType"`
				CollectionType string            `json:"collectionType"`
				String         string            `json:"string"`
				Array          []string          `json:"array"`
				Map            map[string]string `json:"map"`
			} `json:"static"`
			Dynamic argoCommand `json:"dynamic"`
		} `json:"parameters"`
		PreserveFileMode bool `json:"preserveFileMode"`
		ProvideGitCreds  bool `json:"provideGitCreds"`
	} `json:"spec"`
}

type argoCommand struct {
	Command []string `json:"command"`
	Args    []string `json:"args"`
}

func readArgoPlugin(t *testing.T) argoPlugin {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", "argocd", "plugin.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var p argoPlugin
	if err := yaml.UnmarshalStrict(text, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// generate runs the plugin's command as the server of Argo CD does: in the Application's folder,
// with the build's variables and parameters in the environment.
func (p argoPlugin) generate(t *testing.T, dir string, env ...string) outcome {
	t.Helper()
	path := strings.Join([]string{bin, filepath.Dir(kustomize(t)), os.Getenv("PATH")}, string(os.PathListSeparator))
	args := append([]string{"-i", "PATH=" + path, "ARGOCD_APP_NAME=bookinfo", "ARGOCD_APP_NAMESPACE=bookinfo"}, env...)
	return execute(t, dir, "", "env", append(append(args, p.Spec.Generate.Command...), p.Spec.Generate.Args...)...)
}

func TestArgoCDsPluginHasTheFormThatItReads(t *testing.T) {
	p := readArgoPlugin(t)
	if p.APIVersion != "argoproj.io/v1alpha1" || p.Kind != "ConfigManagementPlugin" || p.Metadata.Name == "" || len(p.Spec.Generate.Command) == 0 {
		t.Errorf("%+v", p)
	}
	found, err := filepath.Glob(filepath.Join(files(t, map[string]string{".connpolicy.yaml": ""}), p.Spec.Discover.FileName))
	if err != nil || len(found) != 1 {
		t.Errorf("an Application is not discovered: %v, %v", found, err)
	}
	for _, s := range p.Spec.Parameters.Static {
		variable := "PARAM_" + strings.ToUpper(strings.ReplaceAll(s.Name, "-", "_"))
		if !strings.Contains(p.Spec.Generate.Args[0], variable) {
			t.Errorf("parameter %s is announced, and %s is not read", s.Name, variable)
		}
		if s.String != "" && !strings.Contains(p.Spec.Generate.Args[0], "${"+variable+":-"+s.String+"}") {
			t.Errorf("parameter %s is announced as %q, which is not what holds without it", s.Name, s.String)
		}
	}
}

func TestArgoCDsPluginGeneratesObjectsAndNothingElse(t *testing.T) {
	p := readArgoPlugin(t)
	const config = "apiVersion: connpolicy.dev/v1\nkind: Config\nhops: [{hop: gcp-cloud-nat}]\n"
	kustomized := "resources: [ratings.yaml]\nnamePrefix: a-\n"
	for name, c := range map[string]struct {
		files map[string]string
		env   []string
		exit  int
		kinds string
		says  string
	}{
		"policies":             {nil, nil, 0, "DestinationRule", "no findings; 1 DestinationRule"},
		"kustomize":            {map[string]string{"kustomization.yaml": kustomized}, nil, 0, "ConnectionPolicy DestinationRule Service VirtualDestination", "1 DestinationRule"},
		"hops":                 {nil, []string{"PARAM_HOPS_0=gcp-cloud-nat", "PARAM_HOPS_1=aws-nlb", "PARAM_FAIL_ON=warning"}, 1, "", "[hop-idle-timeout]"},
		"a target":             {map[string]string{"ratings.yaml": serviceAndPolicy}, []string{"PARAM_TARGET=kgateway"}, 0, "BackendConfigPolicy", ""},
		"a bootstrap":          {nil, []string{"PARAM_TARGET=envoy"}, 2, "", "write istio, kgateway or envoy-gateway"},
		"a command":            {nil, []string{"PARAM_HOPS_0=$(touch x); touch x"}, 2, "", "there is no hop"},
		"a flag":               {nil, []string{"PARAM_FAIL_ON=error --output-dir=x"}, 2, "", "--fail-on"},
		"a wrong policy":       {map[string]string{"wrong.yaml": "apiVersion: resilience.policy.gloo.solo.io/v2\nkind: ConnectionPolicy\nmetadata: {name: a}\nspec: {wrong: 1}\n"}, nil, 1, "", `unknown field "wrong"`},
		"a broken kustomize":   {map[string]string{"kustomization.yaml": "resources: [none.yaml]\n"}, nil, 1, "", "none.yaml"},
		"a policy it prefixes": {map[string]string{"kustomization.yaml": kustomized, "ratings.yaml": strings.Replace(serviceAndPolicy, "300s", "300", 1)}, nil, 1, "", "[duration-without-unit]"},
	} {
		named := map[string]string{".connpolicy.yaml": config}
		for file, text := range c.files {
			named[file] = text
		}
		dir := files(t, named)
		o := p.generate(t, dir, c.env...)
		if o.exit != c.exit || !strings.Contains(o.stderr, c.says) || kinds(t, o.stdout) != c.kinds || c.exit != 0 && o.stdout != "" {
			t.Errorf("%s: %+v", name, o)
		}
		if nodes, err := kio.FromBytes([]byte(o.stdout)); err != nil || len(nodes) != len(strings.Fields(c.kinds)) {
			t.Errorf("%s: %d objects: %v", name, len(nodes), err)
		}
		if _, err := os.Stat(filepath.Join(dir, "x")); err == nil {
			t.Errorf("%s is run as a command", name)
		}
	}
}

const serviceAndPolicy = `apiVersion: resilience.policy.gloo.solo.io/v2
kind: ConnectionPolicy
metadata: {name: keepalive, namespace: bookinfo}
spec:
  applyToDestinations: [{selector: {name: ratings}}]
  config: {tcp: {tcpKeepalive: {time: 300s}}}
---
apiVersion: v1
kind: Service
metadata: {name: ratings, namespace: bookinfo}
spec: {ports: [{name: http, port: 9080}]}
`
