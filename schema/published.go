package schema

// Home is the folder that the schemas are published in: this one, as GitHub serves it, so that an
// address in a manifest works wherever the manifest goes.
const Home = "https://raw.githubusercontent.com/connpolicy/connpolicy/main/schema/json/"

// AllFile is the schema of every published kind, below Home. Editors that choose a schema
// by file name, and not by what stands in the file, are given this one.
const AllFile = "all.json"

// Published are the kinds whose schemas are ours to give away.
func Published() []*Kind {
	var out []*Kind
	for _, k := range Kinds {
		if !k.Foreign {
			out = append(out, k)
		}
	}
	return out
}

// URL is where the kind's schema is published.
func (k *Kind) URL() string { return Home + k.File() }

// All is the schema in AllFile: it picks the schema of a document by its apiVersion and kind, from
// the files beside it, and lets documents of other kinds be.
func All() []byte {
	text, err := Files.ReadFile("json/" + AllFile)
	if err != nil {
		panic("the schema of all kinds is not embedded: " + err.Error()) // a broken build; a test reads it
	}
	return text
}
