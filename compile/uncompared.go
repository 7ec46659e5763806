package compile

import (
	"slices"

	"github.com/connpolicy/connpolicy/schema"
)

// Uncompared returns the objects whose connection settings are not judged and differ between two
// inputs, each identity's first, the new input's before the old one's. Objects of one identity are
// paired in the order of the inputs.
func Uncompared(before, after []*schema.Document) []*schema.Document {
	was, is := unjudged(before), unjudged(after)
	var out []*schema.Document
	for _, d := range slices.Concat(after, before) {
		id := identityOf(d)
		all := slices.Concat(is[id], was[id])
		if len(all) == 0 {
			continue
		}
		if !slices.EqualFunc(was[id], is[id], (*schema.Document).SameCarried) {
			out = append(out, all[0])
		}
		delete(was, id)
		delete(is, id)
	}
	return out
}

func unjudged(docs []*schema.Document) map[identity][]*schema.Document {
	out := map[identity][]*schema.Document{}
	for _, d := range docs {
		if d.Unjudged() {
			out[identityOf(d)] = append(out[identityOf(d)], d)
		}
	}
	return out
}
