package krm

import (
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/connpolicy/connpolicy/text"
)

// explain finds what is wrong with a text as the command line does.
func explain(c *text.Chunk) diag.List { return schema.Parse(c, "").Found }
