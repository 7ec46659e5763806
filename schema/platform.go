package schema

// The resources of Gloo Platform (v2 APIs), as far as they carry or place connection
// settings. Pointers distinguish "left out" from a zero that is written.

// ConnectionPolicy sets how callers connect to the destinations it selects.
type ConnectionPolicy struct {
	Spec struct {
		// ApplyToDestinations is a union; empty means every Service and VirtualDestination.
		ApplyToDestinations []DestinationSelector `json:"applyToDestinations"`
		Config              struct {
			TCP  *TCPConfig  `json:"tcp"`
			HTTP *HTTPConfig `json:"http"`
		} `json:"config"`
	} `json:"spec"`
}

// TCPConfig is a ConnectionPolicy's spec.config.tcp.
type TCPConfig struct {
	MaxConnections        *int32        `json:"maxConnections"`
	ConnectTimeout        *Duration     `json:"connectTimeout"`
	MaxConnectionDuration *Duration     `json:"maxConnectionDuration"` // since 2.14
	TCPKeepalive          *TCPKeepalive `json:"tcpKeepalive"`
}

// TCPKeepalive turns keepalive on, even when it is empty.
type TCPKeepalive struct {
	Probes   *uint32   `json:"probes"`
	Time     *Duration `json:"time"`
	Interval *Duration `json:"interval"`
}

// HTTPConfig is a ConnectionPolicy's spec.config.http.
type HTTPConfig struct {
	MaxRequestsPerConnection *int32    `json:"maxRequestsPerConnection"`
	MaxRetries               *int32    `json:"maxRetries"`
	IdleTimeout              *Duration `json:"idleTimeout"`
	MaxRequests              *int32    `json:"maxRequests"`
	MaxPendingRequests       *int32    `json:"maxPendingRequests"`
}

// DestinationSelector selects destinations of one kind, and ports of them.
type DestinationSelector struct {
	Kind     string          `json:"kind"` // SERVICE when left out
	Selector *ObjectSelector `json:"selector"`
	Port     *PortSelector   `json:"port"` // all ports when left out
}

// ObjectSelector selects objects; a field left out, or empty, is any.
type ObjectSelector struct {
	Labels    map[string]string `json:"labels"`
	Name      string            `json:"name"`
	Namespace string            `json:"namespace"`
	Cluster   string            `json:"cluster"`
	Workspace string            `json:"workspace"`
}

// PortSelector names a port by number or by name, never both.
type PortSelector struct {
	Number uint32 `json:"number"`
	Name   string `json:"name"`
}

// ListenerConnectionPolicy sets how gateways hold their clients' connections.
type ListenerConnectionPolicy struct {
	Spec struct {
		ApplyToListeners []ListenerSelector `json:"applyToListeners"`
		Config           struct {
			PerConnectionBufferLimitBytes *uint32       `json:"perConnectionBufferLimitBytes"`
			TCPKeepalive                  *TCPKeepalive `json:"tcpKeepalive"`
		} `json:"config"`
	} `json:"spec"`
}

// ListenerSelector selects listeners of VirtualGateways.
type ListenerSelector struct {
	VirtualGateway *ObjectSelector `json:"virtualGateway"`
	Port           *PortSelector   `json:"port"`
}

// VirtualGateway opens listeners on the gateway workloads it selects.
type VirtualGateway struct {
	Spec struct {
		Workloads []struct {
			Selector *ObjectSelector `json:"selector"`
		} `json:"workloads"`
		Listeners []GatewayListener `json:"listeners"`
	} `json:"spec"`
}

// GatewayListener is one listener of a VirtualGateway; its port is one of the gateway Service.
type GatewayListener struct {
	Port PortSelector `json:"port"`
	TCP  *struct{}    `json:"tcp"`
	HTTP *struct{}    `json:"http"`
}

// VirtualDestination gives hosts of its own to Services of any cluster.
type VirtualDestination struct {
	Spec struct {
		Hosts            []string         `json:"hosts"`
		Services         []ObjectSelector `json:"services"`
		ExternalServices []ObjectSelector `json:"externalServices"`
		// ExternalWorkloads are counted; their addresses are not read.
		ExternalWorkloads []struct{}   `json:"externalWorkloads"`
		Ports             []MappedPort `json:"ports"`
	} `json:"spec"`
}

// MappedPort is a VirtualDestination's port and the port behind it.
type MappedPort struct {
	Number     uint32        `json:"number"`
	Protocol   string        `json:"protocol"`
	TargetPort *PortSelector `json:"targetPort"` // Number when left out
}

// ExternalService is a service outside the mesh, by host names or addresses.
type ExternalService struct {
	Spec struct {
		Hosts     []string          `json:"hosts"`
		Addresses []string          `json:"addresses"`
		Ports     []ExternalPort    `json:"ports"`
		Selector  map[string]string `json:"selector"` // labels of ExternalEndpoints; empty selects none
	} `json:"spec"`
}

// ExternalPort is a port of an ExternalService.
type ExternalPort struct {
	Number     uint32        `json:"number"`
	Name       string        `json:"name"`
	Protocol   string        `json:"protocol"`
	TargetPort *PortSelector `json:"targetPort"`
}

// ExternalEndpoint is an address behind ExternalServices.
type ExternalEndpoint struct {
	Spec struct {
		Address string `json:"address"`
		Ports   []struct {
			Name   string `json:"name"`
			Number uint32 `json:"number"`
		} `json:"ports"`
	} `json:"spec"`
}

// Workspace is the namespaces that one team owns.
type Workspace struct {
	Spec struct {
		WorkloadClusters []WorkloadCluster `json:"workloadClusters"`
	} `json:"spec"`
}

// WorkloadCluster is the share of a workspace in one cluster, or in several by pattern.
type WorkloadCluster struct {
	Name       string              `json:"name"`
	Namespaces []WorkloadNamespace `json:"namespaces"`
}

// WorkloadNamespace matches namespaces by name pattern and labels, both when both are given.
type WorkloadNamespace struct {
	Name   string            `json:"name"`
	Labels map[string]string `json:"labels"`
}

// WorkspaceSettings share objects between workspaces, when both sides agree.
type WorkspaceSettings struct {
	Spec struct {
		ImportFrom []Sharing `json:"importFrom"`
		ExportTo   []Sharing `json:"exportTo"`
	} `json:"spec"`
}

// Sharing is one entry of importFrom or exportTo.
type Sharing struct {
	Workspaces []struct {
		Name     string            `json:"name"`
		Selector map[string]string `json:"selector"`
	} `json:"workspaces"`
	Resources []SharedResource `json:"resources"`
}

// SharedResource selects what is shared; a field left out is any.
type SharedResource struct {
	Kind      string            `json:"kind"`
	Labels    map[string]string `json:"labels"`
	Name      string            `json:"name"`
	Namespace string            `json:"namespace"`
	Cluster   string            `json:"cluster"`
}
