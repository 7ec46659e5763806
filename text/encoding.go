package text

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/connpolicy/connpolicy/diag"
)

// EncodingFault reports text that is not UTF-8 before a parser stumbles over it.
func (c *Chunk) EncodingFault() *diag.Diagnostic {
	at := strings.IndexByte(c.Text, 0)
	if at < 0 && utf8.ValidString(c.Text) {
		return nil
	}
	for i := 0; at < 0; {
		r, size := utf8.DecodeRuneInString(c.Text[i:])
		if r == utf8.RuneError && size == 1 {
			at = i
		}
		i += size
	}
	message := fmt.Sprintf("this text is not UTF-8: byte 0x%02x is not allowed here", c.Text[at])
	if strings.HasPrefix(c.Text, "\xff\xfe") || strings.HasPrefix(c.Text, "\xfe\xff") {
		message = "this text is UTF-16"
	}
	return &diag.Diagnostic{
		Code: diag.NotUTF8, Span: c.Source.At(c.Offset+at, 1), Message: message,
		Help: "save the file as UTF-8 without a byte order mark",
	}
}
