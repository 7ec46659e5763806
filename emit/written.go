package emit

import (
	"fmt"
	"path"
	"reflect"
	"regexp"
	"strings"

	"github.com/connpolicy/connpolicy/facts"
	"github.com/connpolicy/connpolicy/plan"
)

// isName reports an address that DNS must resolve.
func isName(address string) bool {
	return address != "" && !facts.IsIP(address)
}

// istioHost is a name that Istio takes for a host: Envoy and DNS know more, such as underscores
// (istio: agent/validation.go, ValidateWildcardDomain).
var istioHost = regexp.MustCompile(`^(?i:[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)(\.(?i:[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?))*$`)

func istioTakes(host string) bool {
	last := strings.LastIndexByte(host, '.')
	return len(host) <= 255 && istioHost.MatchString(host) && (last < 0 || strings.Trim(host[last+1:], "0123456789") != "")
}

// protocolField names the field that turns HTTP/2 on: useHttp2, or serviceSpec.grpc and its like.
func protocolField(from plan.Origin) string {
	if name := path.Base(from.Pointer()); strings.Contains(from.Pointer(), "/serviceSpec/") {
		return "serviceSpec." + name
	}
	return "useHttp2"
}

// protocolText tells what the field that turns HTTP/2 on or off has been set to.
func protocolText(on plan.Setting[bool]) string {
	if field := protocolField(on.From); field != "useHttp2" {
		return field + " turns HTTP/2 on"
	}
	return fmt.Sprintf("useHttp2 is %t", on.Value)
}

// firstWritten finds the first setting that the user wrote, in the order of the fields. It
// walks the struct so that a new setting cannot be forgotten.
func firstWritten(s *plan.Settings) (plan.Origin, bool) {
	return written(reflect.ValueOf(s).Elem())
}

var originType = reflect.TypeFor[plan.Origin]()

func written(v reflect.Value) (plan.Origin, bool) {
	if v.Type() == originType {
		o := v.Interface().(plan.Origin)
		return o, o.Written()
	}
	if v.Kind() != reflect.Struct {
		return plan.Origin{}, false
	}
	for i := range v.NumField() {
		if o, ok := written(v.Field(i)); ok {
			return o, true
		}
	}
	return plan.Origin{}, false
}
