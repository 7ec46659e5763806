package schema

import (
	"encoding/json"
	"regexp"
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
	return foreignKind(header["apiVersion"], header["kind"])
}

func foreignKind(apiVersion, kind string) bool {
	group, _ := splitAPIVersion(apiVersion)
	return apiVersion != "" && kind != "" && byName(kind) == nil && !glooGroup(group) && !strings.HasSuffix(kind, "List")
}

// headLine matches a line of a block mapping's first level that tells the kind of an object.
var headLine = regexp.MustCompile(`(?m)^(apiVersion|kind):[ \t]+["']?([A-Za-z0-9./-]+)["']?[ \t]*(?:#.*)?\r?$`)

// brokenForeign returns the kind of a chunk that cannot be read and is an object of a foreign kind, as
// "Deployment of apps/v1", or "". What is wrong in it is for the tools that read that kind. A text
// that names a kind that is read, wherever it does, is not foreign.
func (c *Chunk) brokenForeign() string {
	if NamesKind(c.Text) {
		return ""
	}
	header := c.jsonHeader()
	for _, m := range headLine.FindAllStringSubmatch(c.Text, -1) {
		if header[m[1]] != "" {
			return ""
		}
		header[m[1]] = m[2]
	}
	if !foreignKind(header["apiVersion"], header["kind"]) {
		return ""
	}
	return header["kind"] + " of " + header["apiVersion"]
}

// jsonHeader reads apiVersion and kind from a JSON object as far as it can be read.
func (c *Chunk) jsonHeader() map[string]string {
	header := map[string]string{}
	if !looksLikeJSON(c.Text) {
		return header
	}
	d := json.NewDecoder(strings.NewReader(c.Text))
	if _, err := d.Token(); err != nil {
		return header
	}
	for {
		key, err := d.Token()
		if err != nil || !d.More() {
			return header
		}
		var value any
		if d.Decode(&value) != nil {
			return header
		}
		name, _ := key.(string)
		if text, ok := value.(string); ok && (name == "apiVersion" || name == "kind") {
			header[name] = text
		}
	}
}
