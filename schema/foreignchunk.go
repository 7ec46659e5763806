package schema

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// foreign reports a chunk that is one object of an API group and a kind that are both not read.
// A key that repeats in it is left to the tools that read that kind. A chunk that repeats one of
// the keys that tell its kind, a List, and an object without apiVersion or kind are not foreign.
func (c *Chunk) foreign() bool {
	root := c.tree()
	if root == nil || root.Kind != yaml.MappingNode {
		return false
	}
	header := map[string]string{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i].Value, root.Content[i+1]
		if key != "apiVersion" && key != "kind" {
			continue
		}
		if _, repeated := header[key]; repeated || value.Kind != yaml.ScalarNode {
			return false
		}
		header[key] = value.Value
	}
	apiVersion, kind := header["apiVersion"], header["kind"]
	group, _ := splitAPIVersion(apiVersion)
	return apiVersion != "" && kind != "" && byName(kind) == nil && !glooGroup(group) && !strings.HasSuffix(kind, "List")
}
