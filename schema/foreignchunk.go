package schema

import (
	"strings"

	"github.com/connpolicy/connpolicy/text"
)

// foreignKind reports an API group and a kind that are both not read. A List and an object without
// apiVersion or kind are not foreign.
func foreignKind(apiVersion, kind string) bool {
	group, _ := splitAPIVersion(apiVersion)
	return apiVersion != "" && kind != "" && byName(kind) == nil && !glooGroup(group) && !strings.HasSuffix(kind, "List")
}

// brokenForeign returns the kind of a chunk that cannot be read and is an object of a foreign kind, as
// "Deployment of apps/v1", or "". What is wrong in it is for the tools that read that kind. A text
// that names a kind that is read, wherever it does, is not foreign.
func brokenForeign(c *text.Chunk) string {
	if NamesKind(c.Text) {
		return ""
	}
	apiVersion, kind := c.Header()
	if !foreignKind(apiVersion, kind) {
		return ""
	}
	return kind + " of " + apiVersion
}
