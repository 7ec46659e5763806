package fleet

import (
	"bytes"
	"strings"
	"testing"
)

func corpus(t *testing.T, n int, seed uint64) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, n, seed); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSameSeedSameBytes(t *testing.T) {
	first := corpus(t, 1000, 7)
	if again := corpus(t, 1000, 7); again != first {
		t.Error("two runs with one seed differ")
	}
	if other := corpus(t, 1000, 8); other == first {
		t.Error("two seeds give the same corpus")
	}
}

func TestOneDocumentInAHundredIsAPolicy(t *testing.T) {
	text := corpus(t, 10_000, 1)
	if got := strings.Count(text, "\n---\n") + 1; got != 10_000 {
		t.Errorf("%d documents, want 10000", got)
	}
	least := map[string]int{"ConnectionPolicy": 100, "Service": 7000, "VirtualDestination": 1000, "Upstream": 1000}
	for kind, want := range least {
		if got := strings.Count(text, "\nkind: "+kind+"\n"); got < want || kind == "ConnectionPolicy" && got != want {
			t.Errorf("%d of kind %s, want %d", got, kind, want)
		}
	}
}
