package validate_test

import (
	"strings"
	"testing"
)

func TestANumberThatIsTooLongIsRefusedBeforeAnythingComputesWithIt(t *testing.T) {
	port := func(number string) string {
		return `{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"ports":[{"port":` + number + `}]}}`
	}
	long := strings.Repeat("9", 4000)
	for _, number := range []string{"1e1000001", "1e-1000001", "1E+1000001", "1e999999999999999999999", "0.1e401"} {
		expect(t, port(number), "1:86+"+itoa(len(number))+" out-of-range: spec.ports[0].port is "+number+
			", which does not fit any field | write a number that fits the field, without an exponent")
	}
	expect(t, port(long), "1:86+4000 out-of-range: spec.ports[0].port is a number of 4000 characters, which is too long for any field | write a number that fits the field")
	expect(t, port("8e1"))
	list := `{"apiVersion":"v1","kind":"List","items":[` + port("1e500") + `]}`
	expect(t, list, "1:128+5 out-of-range: spec.ports[0].port is 1e500, which does not fit any field | write a number that fits the field, without an exponent")
	expect(t, `{"apiVersion":"v1","kind":"ConfigMap","data":{"a":1e1000001}}`)
}

// A number in quotes is not made a number when it is too long to compute with.
func TestALongNumberInQuotesGetsNoFix(t *testing.T) {
	found := check("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: " + strings.Repeat("9", 100_000) + "}]}\n")
	if len(found) != 1 || found[0].Name != "wrong-type" || found[0].Fix != nil {
		t.Errorf("found %v", allSaid(found))
	}
}
