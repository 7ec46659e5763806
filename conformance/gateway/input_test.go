//go:build egctl

package gateway_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/plan"
	"sigs.k8s.io/yaml"
)

// manifests are the objects of an input that Envoy Gateway reads, and what it needs beside them.
// Where the input stays silent about what a Gateway must have, it is made up.
type manifests struct {
	objects []object
	seen    map[string]bool
}

// inputOf takes the Services and the Gateway API out of an input.
func inputOf(t *testing.T, text string, p *plan.Plan) string {
	t.Helper()
	m := &manifests{seen: map[string]bool{}}
	for _, part := range strings.Split("\n"+text, "\n---\n") {
		var o object
		if err := yaml.Unmarshal([]byte(part), &o); err != nil {
			t.Fatal(err)
		}
		m.take(t, o)
	}
	for i := range p.Upstreams {
		if u := &p.Upstreams[i]; u.Routed && u.Type == "static" {
			m.backend(u)
		}
	}
	var b strings.Builder
	for _, o := range m.objects {
		raw, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString("---\n" + string(raw) + "\n")
	}
	return b.String()
}

func (m *manifests) take(t *testing.T, o object) {
	t.Helper()
	version, _ := o["apiVersion"].(string)
	switch kind := o["kind"]; {
	case version == "v1" && kind == "Service":
		m.objects = append(m.objects, o)
	case !strings.HasPrefix(version, "gateway.networking.k8s.io/"):
	case kind == "Gateway":
		m.class(o)
		m.certificates(t, o)
		m.objects = append(m.objects, o)
	default:
		o["apiVersion"] = "gateway.networking.k8s.io/v1" // egctl knows TCPRoutes of this one only
		m.objects = append(m.objects, o)
	}
}

func (m *manifests) add(version, kind, namespace, name string, more object) {
	key := kind + " " + namespace + "/" + name
	if m.seen[key] {
		return
	}
	m.seen[key] = true
	o := object{"apiVersion": version, "kind": kind, "metadata": object{"name": name, "namespace": namespace}}
	for k, v := range more {
		o[k] = v
	}
	m.objects = append(m.objects, o)
}

func (m *manifests) class(gateway object) {
	name, _ := at(gateway, "spec.gatewayClassName").(string)
	m.add("gateway.networking.k8s.io/v1", "GatewayClass", "", name, object{"spec": object{"controllerName": "gateway.envoyproxy.io/gatewayclass-controller"}})
}

// certificates makes the Secrets that a Gateway's listeners name.
func (m *manifests) certificates(t *testing.T, gateway object) {
	t.Helper()
	namespace, _ := at(gateway, "metadata.namespace").(string)
	listeners, _ := at(gateway, "spec.listeners").([]any)
	for _, l := range listeners {
		if name, ok := at(l.(object), "tls.certificateRefs.name").(string); ok {
			cert, key := certificate(t)
			m.add("v1", "Secret", namespace, name, object{"type": "kubernetes.io/tls", "stringData": object{"tls.crt": cert, "tls.key": key}, "data": object{"tls.crt": []byte(cert), "tls.key": []byte(key)}})
		}
	}
}

func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"*.example.com"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	block := func(kind string, raw []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw}))
	}
	return block("CERTIFICATE", der), block("PRIVATE KEY", raw)
}

// backend is what a route must lead to that is for a static Upstream's hosts.
func (m *manifests) backend(u *plan.Upstream) {
	var endpoints []any
	for _, ep := range u.Endpoints {
		if facts.IsIP(ep.Address) {
			endpoints = append(endpoints, object{"ip": object{"address": ep.Address, "port": ep.Port}})
			continue
		}
		endpoints = append(endpoints, object{"fqdn": object{"hostname": ep.Address, "port": ep.Port}})
	}
	m.add("gateway.envoyproxy.io/v1alpha1", "Backend", u.Object.Namespace, u.Object.Name, object{"spec": object{"endpoints": endpoints}})
}

// clusters are the names that Envoy Gateway gives the clusters of a route, or of its rule.
func clusters(r *plan.Route, all map[string]object, rules []string) []string {
	prefix := strings.ToLower(r.Kind) + "/" + r.Ref() + "/rule/"
	var out []string
	for name := range all {
		number, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		// A TCPRoute has one rule, which counts as the one before the first.
		if i := slices.Index(rules, r.Section); r.Section == "" || number == "-1" || number == fmt.Sprint(i) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}
