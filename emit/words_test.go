package emit

import (
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/durationpb"
)

func TestADurationIsWrittenAsProtobufWritesIt(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", time.Nanosecond: "0.000000001s", 500 * time.Microsecond: "0.000500s", time.Millisecond: "0.001s", 1500 * time.Microsecond: "0.001500s",
		100 * time.Millisecond: "0.100s", time.Second: "1s", 1500 * time.Millisecond: "1.500s", 10 * time.Second: "10s", 1000 * time.Second: "1000s",
		90 * time.Minute: "5400s", time.Hour + time.Nanosecond: "3600.000000001s", time.Duration(1<<63 - 1): "9223372036.854775807s",
	} {
		if got := seconds(d); got != want {
			t.Errorf("%s is written %q, want %q", d, got, want)
		}
		raw, err := protojson.Marshal(durationpb.New(d))
		if err != nil || string(raw) != `"`+want+`"` {
			t.Errorf("protobuf writes %s as %s (%v), and the table says %q", d, raw, err, want)
		}
	}
}

func TestAFileNameIsSafeOnEveryFileSystem(t *testing.T) {
	for _, c := range []struct {
		parts []string
		want  string
	}{
		{[]string{"destinationrule", "bookinfo", "ratings-global"}, "destinationrule_bookinfo_ratings-global"},
		{[]string{"destinationrule", "", "a"}, "destinationrule_a"},
		{[]string{"a", "../../etc/passwd"}, "a_..-..-etc-passwd"},
		{[]string{"a", `C:\con`}, "a_---con"},
		{[]string{"a", "b\x00c\nd", "é|*?"}, "a_b-c-d_----"},
	} {
		got := fileName(c.parts...)
		if got != c.want {
			t.Errorf("%q is %q, want %q", c.parts, got, c.want)
		}
		if strings.ContainsAny(got, "/\\:*?\"<>|\x00\n ") || strings.HasPrefix(got, ".") {
			t.Errorf("%q is %q, which not every file system takes", c.parts, got)
		}
	}
}
