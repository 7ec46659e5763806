package diag

// Findings about text that cannot be read, and documents that are passed over.
var (
	Syntax = &Code{
		Name: "syntax", Severity: Error,
		Summary: "the text is not YAML or JSON",
		Explain: `No program can read this document, so nothing in it can be checked until it
is fixed; the other documents of the file are checked all the same. The
usual causes are a key without its colon, a colon without the space after
it, a tab, a quote that is never closed, and a template that was not
rendered. The run ends with exit code 2, as for a file that cannot be
opened.`,
		Example: `tcpKeepalive
  time: 300s`,
		Fix: `tcpKeepalive:
  time: 300s`,
		Reference: "https://yaml.org/spec/1.2.2/",
	}
	Template = &Code{
		Name: "template", Severity: Error,
		Summary: "the text is a template that was not rendered",
		Explain: `A value is left to a template language: {{ … }} of Helm, Go or Jinja,
${NAME} of envsubst or Flux, $(NAME) of kustomize, a comment #@ of ytt. What
the manifest will be is not known until it is rendered, so nothing in this
document is checked. Give the rendered manifests on standard input, or leave
templates out with --exclude. The run ends with exit code 2, as for a file
that cannot be opened.`,
		Example:   `port: ${RATINGS_PORT}`,
		Fix:       `port: 8080`,
		Reference: "https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution",
	}
	NotUTF8 = &Code{
		Name: "not-utf8", Severity: Error,
		Summary: "the text is not encoded as UTF-8",
		Explain: `Manifests are read as UTF-8, by kubectl and here. A byte that does not
belong comes mostly from an editor that saves in Latin-1 or UTF-16; the
finding points at the first one. The run ends with exit code 2.`,
		Example:   `- description: "gard� en vie"`,
		Fix:       `- description: "gardé en vie"`,
		Reference: "https://yaml.org/spec/1.2.2/#52-character-encodings",
	}
	NoBreakSpace = &Code{
		Name: "no-break-space", Severity: Error, Fixable: true,
		Summary: "lines are indented with no-break spaces",
		Explain: `Code that is copied from a web page or a chat may bring no-break spaces
(U+00A0) along. They look like spaces, and YAML takes them for letters: the
line is no longer part of the block above it but a key of its own, with a
name that begins with spaces. A cluster refuses the key, or drops it.`,
		Example:   "  options:\n\u00a0\u00a0\u00a0 perConnectionBufferLimitBytes: 65536",
		Fix:       "  options:\n    perConnectionBufferLimitBytes: 65536",
		Reference: "https://yaml.org/spec/1.2.2/#61-indentation-spaces",
	}
	DuplicateKey = &Code{
		Name: "duplicate-key", Severity: Error,
		Summary: "one mapping holds the same key twice",
		Explain: `YAML allows a key once in a mapping. Programs that do not look keep one of
the two, most of them the last, and say nothing: "istioctl analyze" passes
such a file. Which value was meant, only its author knows, so neither is
taken.`,
		Example: `time: 300s
interval: 30s
time: 60s`,
		Fix: `time: 60s
interval: 30s`,
		Reference: "https://yaml.org/spec/1.2.2/#3213-node-comparison",
	}
	NotAnObject = &Code{
		Name: "not-an-object", Severity: Error,
		Summary: "a document is a single value instead of an object",
		Explain: `A manifest is an object with apiVersion, kind and metadata. A document that
is one word or one number is what is left of something else: a marker of the
shell, or keys without a space after their colons, which YAML joins into one
text. Lists are passed over, as other tools keep theirs in YAML as well.`,
		Example:   `EOF`,
		Fix:       `# the line is gone`,
		Reference: "https://kubernetes.io/docs/concepts/overview/working-with-objects/#required-fields",
	}
	UnknownKind = &Code{
		Name: "unknown-kind", Severity: Error, Fixable: true,
		Summary: "a document of a Gloo API group has a kind or version that does not exist",
		Explain: `Objects of kinds that have nothing to do with connections are skipped and
counted. This one is of a Gloo API group, or bears a name that only Gloo
uses, and is close to a kind that is read: skipping it would drop a policy
without a word. An API server refuses it, as it has no such resource.`,
		Example: `apiVersion: resilience.policy.gloo.solo.io/v2
kind: ConectionPolicy`,
		Fix: `apiVersion: resilience.policy.gloo.solo.io/v2
kind: ConnectionPolicy`,
		Reference: "https://docs.solo.io/gloo-mesh-enterprise/main/reference/api/connection_policy/",
	}
	UnreadKind = &Code{
		Name: "unread-kind", Severity: Warning,
		Summary: "connection settings of Gloo's stand in an object that is not read",
		Explain: `Some of Gloo's kinds set connections and are not read here:
ListenerOption, HttpListenerOption, the Federated kinds, Gloo Mesh 1.x,
annotations of Services that Gloo copies into Upstreams, Proxies that Gloo
wrote in compressed form, and manifests as text in a ConfigMap, which is how
Gloo's chart renders its Gateways. What they set is missing in the output,
so a real gateway may do something else. Objects of these kinds that set
nothing about connections are counted and not reported.
"connpolicy schema" lists the kinds that are read.`,
		Example: `apiVersion: gateway.solo.io/v1
kind: ListenerOption
metadata:
  name: keepalive
  namespace: gloo-system
spec:
  targetRefs:
  - group: gateway.networking.k8s.io
    kind: Gateway
    name: http
  options:
    perConnectionBufferLimitBytes: 32768`,
		Fix: `apiVersion: gateway.solo.io/v1
kind: Gateway
metadata:
  name: http
  namespace: gloo-system
spec:
  bindAddress: "::"
  bindPort: 8080
  httpGateway: {}
  options:
    perConnectionBufferLimitBytes: 32768`,
		Reference: "https://github.com/solo-io/gloo/blob/main/projects/gateway/api/v1/external_options.proto",
	}
	NotJudged = &Code{
		Name: "not-judged", Severity: Info,
		Summary: "connection settings stand in an object that is not judged",
		Explain: `DestinationRules, the policies of kgateway and Envoy Gateway,
EnvoyFilters and Envoy bootstraps set connections. connpolicy reads them to
compare hosts and names with what it writes, and does not judge their
keepalives and timeouts: that nothing is found in them is no sign that their
connections survive. The finding stands at the first object of each kind
that carries such settings, and the summary counts them all. It is a warning
where hops are named, since nothing compares them with these settings.
Objects that connpolicy wrote are judged by their policies, where those are
read as well. Text in a ConfigMap that holds manifests, and values of Gloo's
Helm chart, are not judged either; the help has a command that gives them as
manifests.`,
		Example: `spec:
  host: payments.partner.example.com
  trafficPolicy:
    connectionPool:
      tcp:
        tcpKeepalive:
          time: 7200s`,
		Fix: `spec:
  host: payments.partner.example.com`,
		Reference: "https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings",
	}
	InternalError = &Code{
		Name: "internal-error", Severity: Error,
		Summary: "connpolicy failed on a document, because of a bug",
		Explain: `A document made connpolicy fail. Nothing in it is checked, the other
documents are, and the run ends with exit code 3. The stack that is printed
below the summary shows where. No manifest should do this, whatever is in
it: please report the bug, with the document if you can.`,
		Example:   `# any document`,
		Fix:       `# a version of connpolicy without the bug`,
		Reference: "https://github.com/connpolicy/connpolicy/issues",
	}
)

// NotJudgedByHops is NotJudged in a run that names hops.
var NotJudgedByHops = NotJudged.as(Warning)

// as is the code with another severity.
func (c *Code) as(s Severity) *Code {
	out := *c
	out.Severity = s
	return &out
}
