package plan

import "slices"

// Attachment is an object of the Gateway API that settings can be for, or a part of it.
type Attachment struct {
	Kind, Namespace, Name string
	Section               string // name of a Gateway's listener or a route's rule; "" for the whole
	// Port and Protocol are those of a Gateway's listener. Of a Gateway that only a flag names,
	// Port is what the flag maps to, else the port of the Service; 0 when the flag names a section.
	Port     uint32
	Protocol string
	Assumed  bool     // nothing shows that the Gateway opens the port
	Document Document // nil when a flag names it
}

// Ref names the object as "namespace/name".
func (a Attachment) Ref() string { return a.Namespace + "/" + a.Name }

// Route is a route of the Gateway API, or a rule of it, with what decides its backends.
type Route struct {
	Attachment
	Settings *Settings // nil when its backends differ
	By       Document  // who decides them
	Upstream bool      // By is an Upstream
	Protocol string    // of the first backend's port; "" when not said
	Backends []string  // that are decided, by name
	Others   []string  // that nobody decides, and that get the settings as well
	Rivals   []Document
}

// Merge takes a rule into the whole route.
func (r *Route) Merge(rule Route) {
	if rule.By != nil {
		r.Decide(rule.Settings, rule.By, rule.Upstream, rule.Protocol)
	}
	r.Rivals = append(r.Rivals, rule.Rivals...)
	r.Backends, r.Others = append(r.Backends, rule.Backends...), append(r.Others, rule.Others...)
	if len(r.Rivals) > 0 {
		r.Settings = nil
	}
}

// Decide makes a document the one that decides, or a rival of it: then nobody does.
func (r *Route) Decide(s *Settings, by Document, upstream bool, protocol string) {
	switch {
	case r.By == nil:
		r.Settings, r.By, r.Upstream, r.Protocol = s, by, upstream, protocol
	case r.By != by:
		r.Settings = nil
		if !slices.Contains(r.Rivals, by) {
			r.Rivals = append(r.Rivals, by)
		}
	}
}

// UnboundReason is why no Gateway's listener takes a listener over.
type UnboundReason int

// The reasons.
const (
	Bound           UnboundReason = iota
	NoGateway                     // no Gateway in the input opens the port
	PortMissing                   // the Gateway that an option names does not open the port
	ListenerMissing               // the Gateway has no listener that an option maps the port to
	SeveralGateways               // more than one Gateway opens the port
	SeveralPorts                  // one Gateway opens the port and the one of the Service
)

// Unbound is why no Gateway's listener takes a listener over.
type Unbound struct {
	Why UnboundReason
	// Candidates are the listeners that were looked at, in order of Gateway and name.
	Candidates []Attachment
	// Wanted is what an option maps the port to, for ListenerMissing.
	Wanted Attachment
}

// Opens reports a port that is the listener's own or one of its Service's.
func (l *Listener) Opens(port uint32) bool {
	return port == l.Port || slices.Contains(l.ServicePorts, port)
}
