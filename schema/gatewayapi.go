package schema

// APIGateway is a Gateway of the Kubernetes Gateway API, as far as policies are bound to it.
type APIGateway struct {
	Spec struct {
		GatewayClassName string        `json:"gatewayClassName"`
		Listeners        []APIListener `json:"listeners"`
	} `json:"spec"`
}

// APIListener is a listener of an APIGateway.
type APIListener struct {
	Name     string `json:"name"`
	Port     uint32 `json:"port"`
	Protocol string `json:"protocol"`
}

// Route is a route of the Kubernetes Gateway API, of any kind, as far as policies are bound to it.
type Route struct {
	Spec struct {
		Rules []RouteRule `json:"rules"`
	} `json:"spec"`
}

// RouteRule is a rule of a Route.
type RouteRule struct {
	Name        string       `json:"name"`
	BackendRefs []BackendRef `json:"backendRefs"`
}

// BackendRef is what a RouteRule leads to.
type BackendRef struct {
	Group     string `json:"group"`
	Kind      string `json:"kind"` // "" is Service
	Name      string `json:"name"`
	Namespace string `json:"namespace"` // "" is the route's own
	Port      uint32 `json:"port"`
}
