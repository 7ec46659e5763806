package envoyapi_test

import (
	"testing"
	"time"

	"github.com/connpolicy/connpolicy/dialect/envoyapi"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/durationpb"
)

func TestADurationIsWrittenAsProtobufWritesIt(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", time.Nanosecond: "0.000000001s", 500 * time.Microsecond: "0.000500s", time.Millisecond: "0.001s", 1500 * time.Microsecond: "0.001500s",
		100 * time.Millisecond: "0.100s", time.Second: "1s", 1500 * time.Millisecond: "1.500s", 10 * time.Second: "10s", 1000 * time.Second: "1000s",
		90 * time.Minute: "5400s", time.Hour + time.Nanosecond: "3600.000000001s", time.Duration(1<<63 - 1): "9223372036.854775807s",
	} {
		if got := envoyapi.Seconds(d); got != want {
			t.Errorf("%s is written %q, want %q", d, got, want)
		}
		raw, err := protojson.Marshal(durationpb.New(d))
		if err != nil || string(raw) != `"`+want+`"` {
			t.Errorf("protobuf writes %s as %s (%v), and the table says %q", d, raw, err, want)
		}
	}
}
