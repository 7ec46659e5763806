package schema

import "regexp"

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
	kinds := kindName.FindAllStringSubmatch(text, -1)
	for _, version := range apiVersion.FindAllStringSubmatch(text, -1) {
		for _, name := range kinds {
			if k := KindOf(version[1], name[1]); k != nil && !k.Opaque {
				return true
			}
		}
	}
	return false
}
