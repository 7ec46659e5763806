package diag

// Findings about workspaces and clusters: who owns what, and what is not known.
var (
	ImportedDestination = &Code{
		Name: "imported-destination", Severity: Warning,
		Summary: "a selector would match a destination of another workspace",
		Explain: `Policies that select destinations stay in their workspace: one for an
imported destination is the business of the workspace that owns it. Recent
releases of Gloo can let the importing workspace override it, behind the
feature gate VirtualDestinationWorkspacePolicyOverride; that is not
compiled.`,
		Example: `metadata:
  name: ratings-keepalive
  namespace: istio-gateways`,
		Fix: `metadata:
  name: ratings-keepalive
  namespace: bookinfo`,
		Reference: "https://docs.solo.io/gloo-mesh-gateway/main/concepts/about/policies/policy-import-export/",
	}
	OutsideWorkspace = &Code{
		Name: "outside-workspace", Severity: Warning,
		Summary: "an object lies in no workspace",
		Explain: `Gloo translates what lies in a workspace, and a namespace belongs to the
workspace that lists it for its cluster. The input has Workspaces, and none
lists this one. Without any Workspace the whole input counts as one.`,
		Example: `metadata:
  name: ratings-keepalive
  namespace: bookinfo-policies`,
		Fix: `metadata:
  name: ratings-keepalive
  namespace: bookinfo`,
		Reference: "https://github.com/solo-io/solo-apis/blob/gloo-mesh-v2.6.x/api/gloo.solo.io/admin/v2/workspace.proto",
	}
	WorkspaceOverlap = &Code{
		Name: "workspace-overlap", Severity: Warning,
		Summary: "two workspaces own one namespace",
		Explain: `Gloo does not say which of the two then owns the namespace. The one whose
name comes first is used here, so that the output does not depend on the
order of the files. A workspace that owns several such namespaces has one
finding, which counts them.`,
		Example: `namespaces:
- name: '*'`,
		Fix: `namespaces:
- name: default`,
		Reference: "https://github.com/solo-io/solo-apis/blob/gloo-mesh-v2.6.x/api/gloo.solo.io/admin/v2/workspace.proto",
	}
	ClusterUnknown = &Code{
		Name: "cluster-unknown", Severity: Info,
		Summary: "a selector names a cluster, and objects do not say theirs",
		Explain: `Manifests in a repository seldom name their cluster, so such objects match a
selector with any cluster. Where that is wrong, say the cluster with the
flag --cluster, or with the annotation cluster.solo.io/cluster on each
object.`,
		Example: `- selector:
    name: ratings
    cluster: cluster1`,
		Fix:       `$ connpolicy compile --cluster cluster1 -f input.yaml`,
		Reference: "https://github.com/solo-io/solo-apis/blob/gloo-mesh-v2.6.x/api/gloo.solo.io/common/v2/selectors.proto",
	}
)
