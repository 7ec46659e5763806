package schema

import (
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// KustomizePatches returns the files that a kustomization names as patches, relative to its
// directory; none where the text is not a kustomization
// (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/).
func KustomizePatches(text string) []string {
	var k struct {
		Patches               []struct{ Path string } `json:"patches"`
		PatchesJSON6902       []struct{ Path string } `json:"patchesJson6902"`
		PatchesStrategicMerge []string                `json:"patchesStrategicMerge"`
	}
	if yaml.Unmarshal([]byte(text), &k) != nil {
		return nil
	}
	names := k.PatchesStrategicMerge
	for _, p := range slices.Concat(k.Patches, k.PatchesJSON6902) {
		names = append(names, p.Path)
	}
	return slices.DeleteFunc(names, func(name string) bool {
		return name == "" || strings.Contains(name, "\n") // a patch itself, written in its place
	})
}
