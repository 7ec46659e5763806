package dialect

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Block is an object of a manifest: fields in the order in which they are set.
type Block struct {
	keys   []string
	fields map[string]any // a *Block, or a value that JSON can hold
}

// Set sets the field at a path such as "tcpKeepalive.keepAliveTime", and makes the blocks that it is in. An
// empty text is not set.
func (b *Block) Set(path string, value any) {
	if value == "" {
		return
	}
	key, rest, nested := strings.Cut(path, ".")
	if !nested {
		b.put(key, value)
		return
	}
	inner, ok := b.fields[key].(*Block)
	if !ok {
		inner = &Block{}
		b.put(key, inner)
	}
	inner.Set(rest, value)
}

// First sets a field before all others.
func (b *Block) First(key string, value any) {
	b.put(key, value)
	copy(b.keys[1:], b.keys)
	b.keys[0] = key
}

func (b *Block) put(key string, value any) {
	if b.fields == nil {
		b.fields = map[string]any{}
	}
	if _, again := b.fields[key]; !again {
		b.keys = append(b.keys, key)
	}
	b.fields[key] = value
}

// Get returns the field at a path, or nil.
func (b *Block) Get(path string) any {
	key, rest, nested := strings.Cut(path, ".")
	if inner, ok := b.fields[key].(*Block); ok && nested {
		return inner.Get(rest)
	} else if nested {
		return nil
	}
	return b.fields[key]
}

// Empty reports a block without a field.
func (b *Block) Empty() bool { return len(b.keys) == 0 }

// MarshalJSON writes the fields in their order.
func (b *Block) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	err := b.write(&out)
	return out.Bytes(), err
}

// write writes nested blocks into one buffer.
func (b *Block) write(out *bytes.Buffer) error {
	out.WriteByte('{')
	for i, key := range b.keys {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := writeJSON(out, key); err != nil {
			return err
		}
		out.WriteByte(':')
		if err := writeJSON(out, b.fields[key]); err != nil {
			return err
		}
	}
	out.WriteByte('}')
	return nil
}

func writeJSON(out *bytes.Buffer, value any) error {
	if inner, ok := value.(*Block); ok {
		return inner.write(out)
	}
	text, err := json.Marshal(value)
	out.Write(text)
	return err
}
