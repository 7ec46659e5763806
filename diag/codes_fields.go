package diag

// Findings that a document's schema gives: its fields, their types and values.
var (
	UnknownField = &Code{
		Name: "unknown-field", Severity: Error, Fixable: true,
		Summary: "a field does not exist where it stands",
		Explain: `A misspelled setting changes nothing, and nobody says so: a cluster drops a
field that the API does not have when it stores the object, and Gloo's own
reader ignores it. The same goes for a field that stands one level too deep
or too high.`,
		Example: `time: 300s
intervall: 30s`,
		Fix: `time: 300s
interval: 30s`,
		Reference: "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning",
	}
	SnakeCaseField = &Code{
		Name: "snake-case-field", Severity: Warning, Fixable: true,
		Summary: "a field is spelled the way protobuf sources spell it",
		Explain: `Protobuf readers take connect_timeout and connectTimeout alike, so Gloo
reads both from a file. A cluster knows the second spelling only and drops
the first when it stores the object, so the setting is lost on the way.
Where both stand, the second one wins.`,
		Example:   `connect_timeout: 3s`,
		Fix:       `connectTimeout: 3s`,
		Reference: "https://protobuf.dev/programming-guides/json/",
	}
	MissingField = &Code{
		Name: "missing-field", Severity: Error,
		Summary: "a field that is required is left out",
		Explain: `Gloo refuses the object without this field, or there is nothing to compile
without it: a port needs a number, a VirtualDestination's port a protocol as
well.`,
		Example: `- number: 80`,
		Fix: `- number: 80
  protocol: HTTP`,
		Reference: "https://github.com/solo-io/solo-apis/blob/gloo-mesh-v2.6.x/api/gloo.solo.io/networking/v2/virtual_destination.proto",
	}
	MissingName = &Code{
		Name: "missing-name", Severity: Error,
		Summary: "an object has no metadata.name",
		Explain: `Every Kubernetes object has a name, and an API server refuses one without.
The names of clusters and rules are made of it, too. Examples copied from a
page often lack it, because the page has folded the metadata away.`,
		Example: `metadata:
  namespace: gloo-system`,
		Fix: `metadata:
  name: gateway-proxy
  namespace: gloo-system`,
		Reference: "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
	}
	RefusedName = &Code{
		Name: "refused-name", Severity: Warning,
		Summary: "Kubernetes refuses the name of an object",
		Explain: `A name has lower-case letters, digits, dashes and dots, and a letter or
digit at both ends. Gloo reads any other from a file, and an API server
refuses the object, so what is compiled here could never be applied.`,
		Example:   `name: Ratings_Upstream`,
		Fix:       `name: ratings-upstream`,
		Reference: "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/",
	}
	NullValue = &Code{
		Name: "null-value", Severity: Warning,
		Summary: "a field has no value, which counts as leaving it out",
		Explain: `A key with nothing after it is null in YAML, and an API server takes it out
before it stores the object. That matters most for tcpKeepalive: as a bare
key it leaves keepalive off, as {} it turns it on with the kernel's timings.`,
		Example: `connectTimeout: 3s
tcpKeepalive:`,
		Fix: `connectTimeout: 3s
tcpKeepalive: {}`,
		Reference: "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting-and-nullable",
	}
	WrongType = &Code{
		Name: "wrong-type", Severity: Error, Fixable: true,
		Summary: "a value is of the wrong type",
		Explain: `The API gives every field a type, and an API server refuses a value of
another one. Quotes make a text of a number, and a number, true or false
without quotes is not a text.`,
		Example:   `probes: "5"`,
		Fix:       `probes: 5`,
		Reference: "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation",
	}
	UnknownValue = &Code{
		Name: "unknown-value", Severity: Error, Fixable: true,
		Summary: "a value is none of those the field takes",
		Explain: `The field takes one of a few words, in exactly the case in which the API
spells them. An API server refuses any other.`,
		Example:   `- kind: VirtualDestination`,
		Fix:       `- kind: VIRTUAL_DESTINATION`,
		Reference: "https://github.com/solo-io/solo-apis/blob/gloo-mesh-v2.6.x/api/gloo.solo.io/common/v2/references.proto",
	}
	OutOfRange = &Code{
		Name: "out-of-range", Severity: Error,
		Summary: "a number is outside the range the field takes",
		Explain: `The value cannot be what was meant: there is no port above 65535, and a
number beyond its field's size is cut or refused further down. Older CRDs
let such ports through, and Istio ignores settings for a port that a service
does not have, so the mistake would show as a setting without effect.`,
		Example: `port:
  number: 90800`,
		Fix: `port:
  number: 9080`,
		Reference: "https://github.com/solo-io/solo-apis/blob/gloo-mesh-v2.6.x/api/gloo.solo.io/common/v2/port.proto",
	}
	MalformedValue = &Code{
		Name: "malformed-value", Severity: Error, Fixable: true,
		Summary: "a text does not have the form the field takes",
		Explain: `The field takes a text of a certain form, and the value is empty or has
another one. A bufValue holds bytes in standard base64 with its padding:
Gloo refuses base64 without the "=" at its end, and the form for URLs.`,
		Example:   `bufValue: AQAAAAoAAAA`,
		Fix:       `bufValue: AQAAAAoAAAA=`,
		Reference: "https://www.rfc-editor.org/rfc/rfc4648#section-4",
	}
	PortNumberAndName = &Code{
		Name: "port-number-and-name", Severity: Error,
		Summary: "a port is given by number and by name at once",
		Explain: `A port selector takes one of the two; the API refuses both together, because
they need not name the same port.`,
		Example: `port:
  number: 9080
  name: http`,
		Fix: `port:
  number: 9080`,
		Reference: "https://github.com/solo-io/solo-apis/blob/gloo-mesh-v2.6.x/api/gloo.solo.io/common/v2/port.proto",
	}
)
