package plan

// ClusterName returns the name of the cluster of an object that has one of its own, as Gloo names it (gloo:
// translator/utils.go).
func ClusterName(name, namespace string) string {
	if namespace == "" {
		return name
	}
	return name + "_" + namespace
}
