package schema

import (
	"regexp"
	"slices"
)

var (
	// glooAPI finds an apiVersion of solo.io in text that may not be YAML.
	glooAPI    = regexp.MustCompile(`apiVersion["']?\s*:\s*["']?(?:[a-z.]+\.)?solo\.io/`)
	apiVersion = regexp.MustCompile(`apiVersion["']?\s*:\s*["']?([a-z0-9./]+)`)
	kindName   = regexp.MustCompile(`kind["']?\s*:\s*["']?([A-Za-z]+)`)
)

// NamesKind reports text, which may not be YAML, that names a kind that is read and its API group, or
// an API group of Gloo's.
func NamesKind(text string) bool {
	if glooAPI.MatchString(text) {
		return true
	}
	names, versions := map[string]bool{}, map[string]bool{}
	for _, name := range kindName.FindAllStringSubmatch(text, -1) {
		names[name[1]] = true
	}
	for _, version := range apiVersion.FindAllStringSubmatch(text, -1) {
		versions[version[1]] = true
	}
	return slices.ContainsFunc(readKinds, func(k *Kind) bool {
		return names[k.Name] && slices.ContainsFunc(k.Versions, func(version string) bool { return versions[k.apiVersionOf(version)] })
	})
}
