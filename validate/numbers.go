package validate

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
)

// Bounds on a number's text. Arithmetic with arbitrary precision takes time with the square of
// the digits and memory with the exponent, and JSON Schema libraries compute that way. No
// field holds more than a double, whose largest exponent is 308 (IEEE 754, binary64).
const (
	mostDigits   = 64
	mostExponent = 400
)

// computable reports a number that is small enough, as text, to be computed with.
func computable(number string) bool {
	if len(number) > mostDigits {
		return false
	}
	at := strings.IndexAny(number, "eE")
	if at < 0 {
		return true
	}
	exponent, err := strconv.Atoi(strings.TrimPrefix(number[at+1:], "+"))
	return err == nil && -mostExponent <= exponent && exponent <= mostExponent
}

// numbers refuses each number that is not computable and takes it out, before anything
// computes with it.
func (s *structure) numbers() {
	if !anyUncomputable(s.doc.Value) {
		return
	}
	found := uncomputable(s.doc.Value, "", nil)
	slices.SortFunc(found, func(a, b failure) int { return strings.Compare(b.pointer, a.pointer) })
	s.start()
	s.doc.Changed()
	for _, f := range found {
		s.refused(f)
	}
}

// unbounded is the keyword of failures that no JSON Schema has: numbers that are not computable.
const unbounded = "connpolicy:unbounded"

// anyUncomputable reports such a number at or below a value.
func anyUncomputable(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for _, value := range v {
			if anyUncomputable(value) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, anyUncomputable)
	case json.Number:
		return !computable(v.String())
	}
	return false
}

// uncomputable appends the failures of such numbers at and below a pointer.
func uncomputable(v any, pointer string, out []failure) []failure {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			out = uncomputable(value, pointer+diag.Pointer(key), out)
		}
	case []any:
		for i, item := range v {
			out = uncomputable(item, pointer+diag.Pointer(i), out)
		}
	case json.Number:
		if !computable(v.String()) {
			out = append(out, failure{pointer: pointer, keyword: unbounded, value: v})
		}
	}
	return out
}

// unboundedFault words the refusal of a number that is not computable.
func unboundedFault(path string, number json.Number) (*diag.Code, string, string) {
	if len(number) > mostDigits {
		return diag.OutOfRange, sprint("%s is a number of %d characters, which is too long for any field", path, len(number)), "write a number that fits the field"
	}
	return diag.OutOfRange, sprint("%s is %s, which does not fit any field", path, number), "write a number that fits the field, without an exponent"
}
