package diag

import (
	"fmt"
	"strings"
)

// FirstOf lists the first names and counts the others: "a, b, c and 7 more".
func FirstOf(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// MostNames is how many names of one kind a message lists.
const MostNames = 16
