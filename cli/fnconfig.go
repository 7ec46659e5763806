package cli

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/krm"
	"github.com/connpolicy/connpolicy/pipeline"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/urfave/cli/v2"
)

const functionConfigForm = "write kind: Config of connpolicy.dev/v1, or a ConfigMap of v1 whose data has flags as keys, such as target: istio"

// configure reads functionConfig: a Config, or a ConfigMap, whose data it takes into the flags. A flag of the
// command line wins; hops and routes add up. It returns what is found in it as well.
func (f *function) configure(c *cli.Context) (*config, diag.List, error) {
	item := f.list.Config
	switch {
	case item == nil:
		return nil, nil, nil
	case isConfig(item):
		return f.readFunctionConfig(c, item)
	case item.APIVersion == "v1" && item.Kind == "ConfigMap":
		return nil, nil, f.configMap(c, item)
	}
	return nil, nil, usage(functionConfigForm, "functionConfig is %s of %s, which connpolicy does not read", quotedOr(item.Kind, "an object without a kind"), quotedOr(item.APIVersion, "no apiVersion"))
}

func quotedOr(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return `"` + text + `"`
}

// readFunctionConfig reads a Config, as from a file in the working directory, and returns
// what is found in it.
func (f *function) readFunctionConfig(c *cli.Context, item *krm.Item) (*config, diag.List, error) {
	in := f.pipeline.Load(pipeline.Texts{Sources: []*diag.Source{item.Source}}, &pipeline.Options{})
	if in.Found.AtLeast(diag.Error) || len(in.Documents) != 1 {
		return nil, in.Found, &exit{code: ExitUsage}
	}
	read := &config{Config: in.Documents[0].Resource.(*schema.Config), document: in.Documents[0], dir: "."}
	if read.Baseline != "" {
		wrong := read.finding(diag.MalformedValue, "/baseline", "a function does not support a baseline", "list known findings under suppressions, by code and with a reason")
		return nil, diag.List{wrong}, &exit{code: ExitUsage}
	}
	if found := outside(read); len(found) > 0 {
		return nil, found, &exit{code: ExitUsage}
	}
	if found := read.check(configUseOf(c)); found.AtLeast(diag.Error) {
		return nil, found, &exit{code: ExitUsage}
	}
	return read, in.Found, nil
}

// outside reports the inputs of a functionConfig that are not in the package: a function reads
// nothing else.
func outside(f *config) diag.List {
	var found diag.List
	for i, name := range f.Inputs {
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			found = append(found, f.finding(diag.MalformedValue, diag.Pointer("inputs", i), strconv.Quote(name)+" is outside the package", "write a path below the working directory, without .."))
		}
	}
	return found
}

// configMap takes a ConfigMap's data, as kpt writes it of what follows "--".
func (f *function) configMap(c *cli.Context, item *krm.Item) error {
	known := slices.DeleteFunc(longNames(c.Command), func(name string) bool { return name == "color" })
	for _, key := range item.Keys() {
		if !slices.Contains([]string{"apiVersion", "kind", "metadata", "data", "immutable"}, key) {
			return usage("write flags below data:", "functionConfig's ConfigMap has %q, which connpolicy does not read", key)
		}
	}
	for _, e := range item.Entries("data") {
		if !slices.Contains(known, e.Key) {
			hint := "keys: " + strings.Join(known, ", ")
			if near := diag.Nearest(e.Key, known); near != "" {
				hint = "did you mean " + near + "? " + hint
			}
			return usage(hint, "functionConfig's ConfigMap has the unknown key %q", e.Key)
		}
		if !e.Single {
			return usage("write one string; separate several hops or routes with commas", "functionConfig's ConfigMap: %s must be a string", e.Key)
		}
		values := []string{e.Text}
		if slices.Contains([]string{"hop", "attach", "gateway"}, e.Key) {
			values = strings.FieldsFunc(e.Text, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' })
		} else if c.IsSet(e.Key) {
			continue
		}
		for _, value := range values {
			if c.Set(e.Key, value) != nil {
				return usage("see connpolicy fn -h", "functionConfig: %s cannot be %q", e.Key, value)
			}
		}
	}
	return nil
}

// longName is a flag's long name.
func longName(flag cli.Flag) string { return flag.Names()[0] }

// longNames returns the long names of a command's flags, those of other spellings included, sorted.
func longNames(command *cli.Command) []string {
	var names []string
	for _, flag := range command.Flags {
		for _, name := range flag.Names() {
			if len(name) > 1 && name != "help" {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}
