package diag

import (
	"regexp"
	"strconv"
	"strings"
)

// plainName is a key that needs no quotes in a path.
var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// FieldPath spells a JSON pointer as people write fields, "/spec/ports/0/number" as
// spec.ports[0].number, and in quotes a key that has other characters than a name:
// metadata.labels["example.com/app"]. "" stays "".
func FieldPath(pointer string) string {
	var b strings.Builder
	for i, token := range strings.Split(pointer, "/") {
		token = unescapePointer(token)
		switch {
		case i == 0: // what stands before the first slash
		case token != "" && strings.Trim(token, "0123456789") == "":
			b.WriteString("[" + token + "]")
		case !plainName.MatchString(token):
			b.WriteString("[" + strconv.Quote(token) + "]")
		case b.Len() == 0:
			b.WriteString(token)
		default:
			b.WriteString("." + token)
		}
	}
	return b.String()
}
