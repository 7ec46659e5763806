package schema

// Config is connpolicy's own configuration, .connpolicy.yaml.
type Config struct {
	Hops []ConfigHop `json:"hops"`
}

// ConfigHop is a hop on the way of connections.
type ConfigHop struct {
	Hop       string    `json:"hop"`
	Timeout   *Duration `json:"timeout"`
	Side      string    `json:"side"` // clients or destinations; "" is both
	Host      string    `json:"host"`
	Namespace string    `json:"namespace"`
	Name      string    `json:"name"`
}
