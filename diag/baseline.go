package diag

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// BaselineVersion is the version of the form that baselines are written in.
const BaselineVersion = 1

// Baseline is findings of an earlier run, which are not shown until they are gone. Fingerprints tell
// which they are; all else is for people who read it, or a diff of it.
type Baseline struct {
	Version  int             `json:"version"`
	Findings []BaselineEntry `json:"findings"`
}

// BaselineEntry is a finding of a baseline.
type BaselineEntry struct {
	Fingerprint string `json:"fingerprint"`
	Severity    string `json:"severity"`
	Code        string `json:"code"`
	Object      string `json:"object,omitempty"` // "ConnectionPolicy bookinfo/tcp-keepalive"
	Field       string `json:"field,omitempty"`  // a JSON pointer
	File        string `json:"file,omitempty"`
}

// NewBaseline makes a baseline of sorted findings. Files are named by what path makes of them.
func NewBaseline(l List, path func(string) string) Baseline {
	b := Baseline{Version: BaselineVersion, Findings: []BaselineEntry{}}
	for i, fingerprint := range l.Fingerprints() {
		d := &l[i]
		k := BaselineEntry{Fingerprint: fingerprint, Severity: d.Severity.String(), Code: d.Name, Field: d.Field, File: path(d.Path())}
		if o := d.Object; o != nil {
			k.Object = o.Kind + " " + strings.TrimPrefix(o.Namespace+"/"+o.Name, "/")
		}
		b.Findings = append(b.Findings, k)
	}
	slices.SortFunc(b.Findings, func(a, b BaselineEntry) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File), cmp.Compare(a.Object, b.Object), cmp.Compare(a.Field, b.Field),
			cmp.Compare(a.Code, b.Code), cmp.Compare(a.Fingerprint, b.Fingerprint),
		)
	})
	return b
}

// JSON is the baseline as it is kept: a line for each word, so that a diff shows what came and went.
func (b Baseline) JSON() []byte {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	_ = enc.Encode(b) // a Buffer takes everything, and these are strings
	return text.Bytes()
}

var fingerprint = regexp.MustCompile(`^[0-9a-f]{16,}(:[0-9]+)?$`)

// ReadBaseline reads what JSON wrote. The fault, "" for none, ends a sentence about the file: "it …".
func ReadBaseline(text []byte) (b Baseline, fault string) {
	text = bytes.TrimPrefix(text, []byte(byteOrderMark))
	if len(bytes.TrimSpace(text)) == 0 {
		return b, "is empty"
	}
	if !json.Valid(text) {
		return b, "is not JSON"
	}
	var version struct {
		Version json.RawMessage `json:"version"`
	}
	if json.Unmarshal(text, &version) != nil || version.Version == nil {
		return b, "has no version, and is not a baseline"
	}
	if got := string(version.Version); got != fmt.Sprint(BaselineVersion) {
		return b, fmt.Sprintf("has version %s, and this connpolicy reads version %d", got, BaselineVersion)
	}
	if json.Unmarshal(text, &b) != nil || b.Findings == nil {
		return b, "has no list of findings, and is not a baseline"
	}
	for i, k := range b.Findings {
		if !fingerprint.MatchString(k.Fingerprint) {
			return b, fmt.Sprintf("has a finding without a fingerprint, at position %d", i+1)
		}
	}
	return b, ""
}

// WasBaseline reports a text that a new baseline may replace: a baseline, an older or a newer one and
// one that a merge has spoilt among them, or nothing at all.
func WasBaseline(text []byte) bool {
	return len(bytes.TrimSpace(text)) == 0 || bytes.Contains(text, []byte(`"version"`)) && bytes.Contains(text, []byte(`"findings"`))
}

// Filter takes those of the baseline out of sorted findings, errors only if asked for. It counts them, and
// those of the baseline that are not there any more.
func (b Baseline) Filter(found List, errors bool) (kept List, notShown NotShown, gone int) {
	known := make(map[string]bool, len(b.Findings)) // true once it was met
	for _, k := range b.Findings {
		known[k.Fingerprint] = false
	}
	kept = make(List, 0, len(found))
	for i, fingerprint := range found.Fingerprints() {
		if _, in := known[fingerprint]; in {
			known[fingerprint] = true
			if d := &found[i]; d.Severity < Error || errors && d.Code != Syntax && d.Code != NotUTF8 {
				notShown.Baselined++
				if d.Severity == Error {
					notShown.BaselinedErrors++
				}
				continue
			}
		}
		kept = append(kept, found[i])
	}
	for _, met := range known {
		if !met {
			gone++
		}
	}
	return kept, notShown, gone
}
