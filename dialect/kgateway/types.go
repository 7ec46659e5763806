package kgateway

import "github.com/connpolicy/connpolicy/dialect"

// Group is the API group of kgateway's policies.
const Group = "gateway.kgateway.dev"

const apiVersion = Group + "/v1alpha1"

// targetRef names what a policy is for.
type targetRef struct {
	Group string `json:"group"` // "" is the core group, and has to be written
	Kind  string `json:"kind"`
	Name  string `json:"name"`
}

// listenerSpec is the spec of a ListenerPolicy.
type listenerSpec struct {
	TargetRefs []targetRef `json:"targetRefs"`
	PerPort    []portSpec  `json:"perPort"`
}

type portSpec struct {
	Port     uint32         `json:"port"`
	Listener *dialect.Block `json:"listener"`
}
