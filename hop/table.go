package hop

import (
	_ "embed" // the table is part of the program
	"slices"
	"strings"
	"sync"
	"time"

	"sigs.k8s.io/yaml"
)

//go:embed hops.yaml
var text []byte

// row is a hop as hops.yaml has it.
type row struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Class     Class    `json:"class"`
	Idle      duration `json:"idle"`
	Min       duration `json:"min"`
	Max       duration `json:"max"`
	Knob      string   `json:"knob"`
	Expiry    string   `json:"expiry"`
	Forgiving bool     `json:"forgiving"`
	Server    bool     `json:"server"`
	Trust     Trust    `json:"trust"`
	Checked   string   `json:"checked"`
	Sources   []string `json:"sources"`
	Note      string   `json:"note"`
	Aliases   []string `json:"aliases"`
	Backends  *side    `json:"backends"`
}

// side is the timeout of a proxy toward its backends as hops.yaml has it.
type side struct {
	Idle duration `json:"idle"`
	Min  duration `json:"min"`
	Max  duration `json:"max"`
	Knob string   `json:"knob"`
}

func (s *side) timeout() *Timeout {
	if s == nil {
		return nil
	}
	return &Timeout{time.Duration(s.Idle), time.Duration(s.Min), time.Duration(s.Max), s.Knob}
}

type duration time.Duration

// UnmarshalText reads what time.ParseDuration reads.
func (d *duration) UnmarshalText(b []byte) error {
	parsed, err := time.ParseDuration(string(b))
	*d = duration(parsed)
	return err
}

// table is read when it is first asked for: most runs name no hop.
var table = sync.OnceValue(func() []Hop {
	hops, err := read(text)
	if err != nil {
		panic(err) // an embedded table that cannot be read; a test reads it
	}
	return hops
})

func read(text []byte) ([]Hop, error) {
	var rows []row
	if err := yaml.UnmarshalStrict(text, &rows); err != nil {
		return nil, err
	}
	hops := make([]Hop, len(rows))
	for i, r := range rows {
		hops[i] = Hop{
			ID: r.ID, Title: r.Title, Class: r.Class, Knob: r.Knob, Expiry: r.Expiry, Forgiving: r.Forgiving,
			Idle: time.Duration(r.Idle), Min: time.Duration(r.Min), Max: time.Duration(r.Max),
			Trust: r.Trust, Checked: r.Checked, Sources: r.Sources, Note: r.Note,
			Aliases: r.Aliases, Backends: r.Backends.timeout(), Server: r.Server,
		}
	}
	slices.SortFunc(hops, func(a, b Hop) int { return strings.Compare(a.ID, b.ID) })
	return hops, nil
}

// All lists the hops that are known, sorted by ID. The list is the caller's own.
func All() []Hop {
	hops := slices.Clone(table())
	for i := range hops {
		hops[i].Sources, hops[i].Aliases = slices.Clone(hops[i].Sources), slices.Clone(hops[i].Aliases)
	}
	return hops
}

// Lookup finds a hop by its ID or an alias, with its default timeout.
func Lookup(id string) (Hop, bool) {
	hops := table()
	i, found := slices.BinarySearchFunc(hops, id, func(h Hop, id string) int { return strings.Compare(h.ID, id) })
	if !found {
		i = slices.IndexFunc(hops, func(h Hop) bool { return slices.Contains(h.Aliases, id) })
	}
	if i < 0 {
		return Hop{}, false
	}
	return hops[i], true
}

// Known lists the hops of a class whose default timeout is not longer than idle: those that
// would cut a connection that is silent for so long.
func Known(class Class, idle time.Duration) []Hop {
	return slices.DeleteFunc(All(), func(h Hop) bool { return h.Class != class || h.Idle == 0 || h.Idle > idle })
}
