package text

import (
	"encoding/json"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// treeHeader returns the apiVersion and the kind of a chunk that is one object; "" for both where it is not,
// or where one of the two keys repeats.
func (c *Chunk) treeHeader() (apiVersion, kind string) {
	root := c.Tree()
	if root == nil || root.Kind != yaml.MappingNode {
		return "", ""
	}
	header := map[string]string{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i].Value, root.Content[i+1]
		if key != "apiVersion" && key != "kind" {
			continue
		}
		if _, repeated := header[key]; repeated || value.Kind != yaml.ScalarNode {
			return "", ""
		}
		header[key] = value.Value
	}
	return header["apiVersion"], header["kind"]
}

// headLine matches a line of a block mapping's first level that has the apiVersion or the kind of an object.
var headLine = regexp.MustCompile(`(?m)^(apiVersion|kind):[ \t]+["']?([A-Za-z0-9./-]+)["']?[ \t]*(?:#.*)?\r?$`)

// Header returns the apiVersion and the kind of the object in a chunk that cannot be read, as far as its
// text has them at the object's first level; "" for both where one of the two keys repeats.
func (c *Chunk) Header() (apiVersion, kind string) {
	header := c.jsonHeader()
	for _, m := range headLine.FindAllStringSubmatch(c.Text, -1) {
		if header[m[1]] != "" {
			return "", ""
		}
		header[m[1]] = m[2]
	}
	return header["apiVersion"], header["kind"]
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
