//go:build conventions

package conventions_test

import (
	"go/ast"
	"testing"
)

// constant is the text of a constant's value in a Go file.
func constant(t *testing.T, file *ast.File, name string) string {
	t.Helper()
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range group.Specs {
			if v, ok := spec.(*ast.ValueSpec); ok && v.Names[0].Name == name {
				return v.Values[0].(*ast.BasicLit).Value
			}
		}
	}
	t.Fatalf("there is no constant %s", name)
	return ""
}
