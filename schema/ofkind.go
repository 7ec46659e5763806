package schema

// OfKind are documents of one kind: the first of them, and how many others there are.
type OfKind struct {
	First  *Document
	Others int
}

// ByKind counts documents by their kinds, in the order in which the kinds come first.
func ByKind(docs []*Document) []OfKind {
	var out []OfKind
	at := map[*Kind]int{}
	for _, d := range docs {
		if i, known := at[d.Kind]; known {
			out[i].Others++
			continue
		}
		at[d.Kind] = len(out)
		out = append(out, OfKind{First: d})
	}
	return out
}
