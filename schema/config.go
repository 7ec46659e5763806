package schema

// Config is connpolicy's own configuration, .connpolicy.yaml.
type Config struct {
	Inputs       []string            `json:"inputs"` // paths and patterns, from the file's directory
	Recursive    bool                `json:"recursive"`
	Exclude      []string            `json:"exclude"`
	Target       string              `json:"target"`
	Cluster      string              `json:"cluster"`
	Clusters     map[string]string   `json:"clusters"` // directories by the names of their clusters
	Workspace    string              `json:"workspace"`
	Namespace    string              `json:"namespace"`
	FailOn       string              `json:"failOn"`
	Baseline     string              `json:"baseline"`
	Hops         []ConfigHop         `json:"hops"`
	Suppressions []ConfigSuppression `json:"suppressions"`
	Function     string              `json:"function"` // of a functionConfig: compile or validate
}

// ConfigSuppression suppresses the findings of a code where all that it names is so.
type ConfigSuppression struct {
	Code      string `json:"code"`
	Reason    string `json:"reason"`
	Files     string `json:"files"` // a pattern
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
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

// Words are the hop as --hop takes it: "azure-lb=15m".
func (h *ConfigHop) Words() string {
	if h.Timeout == nil {
		return h.Hop
	}
	return h.Hop + "=" + h.Timeout.Text
}
