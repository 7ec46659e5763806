package cli

import (
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/format"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/krm"
	"github.com/connpolicy/connpolicy/pipeline"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/connpolicy/connpolicy/text"
	"github.com/urfave/cli/v2"
)

// fn is a KRM function: kustomize, kpt and others give it a ResourceList on standard input and
// take one from standard output. It reads no .connpolicy.yaml: a function does the same wherever
// it runs, and its functionConfig has what it does.
func fnCommand(s *streams) *cli.Command {
	return &cli.Command{
		Name: "fn", Usage: "compile or validate as a KRM function, for kustomize and kpt",
		UsageText:    "connpolicy fn [FLAGS] < RESOURCELIST\n\n   kpt fn eval --exec \"connpolicy fn\" -- target=istio hop=aws-nlb",
		Flags:        slices.Concat(functionFlags(), bindFlags(), setFlags()),
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action:       func(c *cli.Context) error { return s.fn(c) },
	}
}

// functionFlags are those whose names a ConfigMap's keys may have, too, with those of bindFlags
// and setFlags.
func functionFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "function", Value: "compile", Usage: "`compile|validate`: add the objects, or judge and change nothing"},
		&cli.StringFlag{Name: "target", Aliases: []string{"t"}, Value: "istio", Usage: "write for `istio|kgateway|envoy-gateway`"},
		&cli.StringFlag{Name: "output-dir", Value: "connpolicy", Usage: "`DIR` in the package, for the files of new objects; . is the package's own"},
		&cli.StringFlag{Name: "defaults", Value: "omit", Usage: "`omit|explicit`: leave defaults out, or write those the target can hold"},
		&cli.StringFlag{Name: "namespace", Aliases: []string{"n"}, Value: "default", Usage: "`NAMESPACE` of objects that name none"},
		hopFlag(),
		failOnFlag(), colorFlag(),
	}
}

// function is one run of a KRM function.
type function struct {
	*streams
	list  *krm.ResourceList
	items map[*diag.Source]*krm.Item
	color string
}

// functionOptions are the options of fn: its flags, and those of functionConfig.
type functionOptions struct {
	*options
	found   diag.List // in functionConfig
	compile bool      // and not validate
	target  target
	write   dialect.Options
	dir     string // in the package, for the files of new objects
}

func (s *streams) fn(c *cli.Context) error {
	if c.Args().Present() {
		return usage("connpolicy fn < RESOURCELIST; files are compiled by: connpolicy compile -f FILE", "fn reads a ResourceList from standard input, and no files")
	}
	content, err := io.ReadAll(s.in)
	if err != nil {
		return usage("check the command before the pipe", "standard input cannot be read")
	}
	list, err := krm.Read(string(content), explainList)
	f := &function{streams: s, list: list, items: map[*diag.Source]*krm.Item{}, color: c.String("color")}
	var form *krm.FormError
	if errors.As(err, &form) {
		return f.refuse(form)
	}
	for _, item := range list.Items {
		f.items[item.Source] = item
	}
	config, found, err := f.configure(c)
	if err != nil {
		return f.fail(found, err)
	}
	o, err := functionOptionsOf(c, config)
	if err != nil {
		return f.fail(nil, err)
	}
	o.found, f.color = found, o.findings.color
	return f.run(o)
}

// explainList returns the findings about text that is not one YAML document.
func explainList(c *text.Chunk) diag.List { return schema.Parse(c, "").Found }

// refuse ends a run whose input is not a ResourceList, or one that cannot be read.
func (f *function) refuse(form *krm.FormError) error {
	if f.list != nil {
		return f.fail(nil, usage(form.Help, "%s", form.Message))
	}
	if err := f.print(form.Found); err != nil {
		return err
	}
	if len(form.Found) > 0 {
		return &exit{code: ExitUsage}
	}
	return usage(form.Help, "%s", form.Message)
}

// print prints findings for people.
func (f *function) print(found diag.List) error {
	return toStderr(0, format.Text(f.err, found, f.streams.color(f.color)))
}

func functionOptionsOf(c *cli.Context, config *config) (*functionOptions, error) {
	if err := checkFunctionFlags(c); err != nil {
		return nil, err
	}
	shared, err := optionsWith(c, traits{}, config)
	if err != nil {
		return nil, err
	}
	o := &functionOptions{options: shared, compile: c.String("function") == "compile", write: writeOptionsOf(c), dir: c.String("output-dir")}
	if config != nil {
		o.input.recursive = config.Recursive
	}
	o.input.within = canonicalPath(".")
	o.target, err = functionTarget(c)
	return o, err
}

func checkFunctionFlags(c *cli.Context) error {
	for _, flag := range []struct {
		name  string
		words []string
	}{
		{"function", []string{"compile", "validate"}},
		{"defaults", []string{"omit", "explicit"}},
	} {
		if err := oneOf(c, flag.name, flag.words...); err != nil {
			return err
		}
	}
	if dir := c.String("output-dir"); dir == "" || path.IsAbs(dir) || path.Clean(dir) == ".." || strings.HasPrefix(path.Clean(dir), "../") {
		return usage("write a directory below the package, such as connpolicy, or . for the package itself", "--output-dir cannot be %q: a function writes nothing outside its package", dir)
	}
	return nil
}

// functionTarget is what --target names, one of the targets with objects that are applied to a cluster.
func functionTarget(c *cli.Context) (target, error) {
	t, err := targetOf(c)
	names := emit.AppliedTargets()
	switch {
	case err != nil:
		return t, oneOf(c, "target", names...)
	case !t.Applied:
		return t, usage(fmt.Sprintf("write %s; connpolicy compile --target %s writes %s", strings.Join(names, " or "), t.Name, diag.Plural(1, t.Noun)),
			"target %s has no Kubernetes objects, and a function returns nothing else", t.Name)
	}
	return t, nil
}

// run does what functionConfig and the flags say.
func (f *function) run(o *functionOptions) error {
	texts, err := f.texts(o)
	if err != nil {
		return f.fail(nil, err)
	}
	r := run{Result: pipeline.Resolve(f.load(o.options, texts), &o.pipeline)}
	r.Found = slices.Concat(r.Found, o.found, o.unmatched(&r))
	var objects []dialect.Object
	if r.Plan != nil && o.compile {
		objects = r.write(o.target.Target, o.write)
	}
	return f.deliver(o, r, objects)
}

// texts are the texts of the items but for those of earlier runs, and of the inputs of a Config.
func (f *function) texts(o *functionOptions) (pipeline.Texts, error) {
	in := f.newInput(&o.input)
	for _, name := range o.input.names {
		if err := in.add(name); err != nil {
			return in.texts, err
		}
	}
	if len(o.input.names) > 0 && len(in.texts.Sources) == 0 {
		return in.texts, usage("files in directories are read when they end in .yaml, .yml or .json; recursive: true also reads directories in directories", "no manifests in the inputs of functionConfig: %s", strings.Join(o.input.names, ", "))
	}
	var items []*diag.Source
	for _, item := range f.list.Items {
		if !ours(item) && !isConfig(item) {
			items = append(items, item.Source)
		}
	}
	in.texts.Sources = append(items, in.texts.Sources...)
	return in.texts, nil
}

// isConfig reports a functionConfig among the items: kustomize hands one to a generator, kpt
// shows every object of the package.
func isConfig(item *krm.Item) bool {
	kind := schema.KindOf(item.APIVersion, item.Kind)
	return kind != nil && kind.Own
}

// ours reports an object that an earlier run wrote: it has no say, and is written anew.
func ours(item *krm.Item) bool {
	return schema.Written(item.Labels) && slices.Contains(emit.Groups, item.Group())
}

// deliver writes the list with its results to standard output, and the findings in text to
// standard error, which is all that kustomize shows.
func (f *function) deliver(o *functionOptions, r run, objects []dialect.Object) error {
	r = o.suppress(r)
	r.Found.Sort()
	result, change := "", krm.Edit{}
	switch {
	case r.Found.AtLeast(diag.Error), o.heldBack(r):
		result = "nothing changed"
	case o.compile:
		var err error
		if change, err = f.change(objects, o.dir); err != nil {
			return err
		}
		result = o.target.Count(objects)
	}
	if err := f.write(change, f.results(r.Found)); err != nil {
		return err
	}
	if err := f.print(r.Found); err != nil {
		return err
	}
	summary := diag.Summarize(r.Found, r.Tally(), result)
	summary.NotShown = r.notShown
	if err := toStderr(fmt.Fprintln(f.err, summary)); err != nil {
		return err
	}
	return o.findings.verdict(r.Found)
}

// fail gives the list back as it is, with the reason as a result.
func (f *function) fail(found diag.List, err error) error {
	results := f.results(found)
	var e *exit
	if errors.As(err, &e) && e.message != "" {
		results = append(results, fnResult{Severity: diag.Error.String(), Message: sentence(e.message, e.hint)})
	}
	if len(found) > 0 {
		if err := f.print(found); err != nil {
			return err
		}
	}
	if err := f.write(krm.Edit{}, results); err != nil {
		return err
	}
	return err
}

func (f *function) write(change krm.Edit, results []fnResult) error {
	if len(results) > 0 {
		encoded, err := emit.Encode(dialect.Object{File: "results", Value: results}, "yaml")
		if err != nil {
			return &exit{ExitBug, "bug: the results cannot be encoded: " + err.Error(), ""}
		}
		change.Results = string(encoded)
	}
	return toStdout(io.WriteString(f.out, f.list.Edit(change)))
}

// change puts the objects into the list: in the place of those of an earlier run, which go when
// they are not wanted any more, and the new ones behind all others, each with a file in dir.
func (f *function) change(objects []dialect.Object, dir string) (krm.Edit, error) {
	change := krm.Edit{Replaced: map[*krm.Item]string{}}
	earlier := map[diag.Object]*krm.Item{}
	inFile := map[string]int{}
	for _, item := range f.list.Items {
		if !ours(item) {
			continue
		}
		change.Replaced[item] = ""
		if key := identity(item.Object); earlier[key] == nil {
			earlier[key] = item
		}
	}
	for _, o := range objects {
		m, ok := o.Value.(dialect.Manifest)
		if !ok {
			return change, &exit{ExitBug, "bug: " + o.File + " is not a Kubernetes object", ""}
		}
		item := earlier[identity(diag.Object{APIVersion: m.APIVersion, Kind: m.Kind, Namespace: m.Metadata.Namespace, Name: m.Metadata.Name})]
		file := path.Join(dir, o.File+".yaml")
		if item == nil {
			m.Metadata.Annotations = placed(m.Metadata.Annotations, file, inFile[file])
			inFile[file]++
		} else {
			m.Metadata.Annotations = kept(m.Metadata.Annotations, item)
		}
		encoded, err := emit.Encode(dialect.Object{File: o.File, Value: m}, "yaml")
		if err != nil {
			return change, &exit{ExitBug, "bug: the output cannot be encoded: " + err.Error(), ""}
		}
		if item == nil {
			change.Added = append(change.Added, string(encoded))
		} else {
			change.Replaced[item] = string(encoded)
		}
	}
	return change, nil
}

// identity is by what two objects are one, whatever version they are written in.
func identity(o diag.Object) diag.Object {
	return diag.Object{APIVersion: o.Group(), Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
}
