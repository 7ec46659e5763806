package schema

// ManagedByLabel has the value ManagedBy on every Kubernetes object that is written: by it a later run
// recognizes the output of an earlier one.
const (
	ManagedByLabel = "app.kubernetes.io/managed-by"
	ManagedBy      = "connpolicy"
)

// Written reports the labels of an object that an earlier run wrote.
func Written(labels map[string]string) bool { return labels[ManagedByLabel] == ManagedBy }
