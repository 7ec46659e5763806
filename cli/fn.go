package cli

import (
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/compile"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/diag/format"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/schema"
	"github.com/urfave/cli/v2"
)

// fn is a KRM function: kustomize, kpt and others give it a ResourceList on standard input and
// take one from standard output. It reads no .connpolicy.yaml: a function does the same wherever
// it runs, and what it is to do stands in its functionConfig.
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
	c     *cli.Context
	list  *schema.ResourceList
	items map[*diag.Source]*schema.Item
}

func (s *streams) fn(c *cli.Context) error {
	if c.Args().Present() {
		return usage("connpolicy fn < RESOURCELIST; files are compiled by: connpolicy compile -f FILE", "fn reads a ResourceList from standard input, and no files")
	}
	text, err := io.ReadAll(s.in)
	if err != nil {
		return usage("check the command before the pipe", "standard input cannot be read")
	}
	list, err := schema.ReadResourceList(string(text))
	f := &function{streams: s, c: c, list: list, items: map[*diag.Source]*schema.Item{}}
	var form *schema.FormError
	if errors.As(err, &form) {
		return f.refuse(form)
	}
	for _, item := range list.Items {
		f.items[item.Source] = item
	}
	run, objects, err := f.run()
	if err != nil {
		return f.fail(run.found, err)
	}
	return f.deliver(run, objects)
}

// refuse ends a run whose input is no ResourceList, or one that nothing can be made of.
func (f *function) refuse(form *schema.FormError) error {
	if f.list != nil {
		return f.fail(nil, usage(form.Help, "%s", form.Message))
	}
	if err := toStderr(0, format.Text(f.err, form.Found, f.color(f.c.String("color")))); err != nil {
		return err
	}
	if len(form.Found) > 0 {
		return &exit{code: ExitUsage}
	}
	return usage(form.Help, "%s", form.Message)
}

// run does what functionConfig and the flags say.
func (f *function) run() (planned, []emit.Object, error) {
	configured, err := f.configure()
	if err != nil {
		return planned{read: read{found: configured}}, nil, err
	}
	t, err := f.checkFlags()
	if err != nil {
		return planned{}, nil, err
	}
	set, err := f.settings(f.c)
	if err != nil {
		return planned{}, nil, err
	}
	sources, err := f.sources()
	if err != nil {
		return planned{}, nil, err
	}
	run := f.planOf(sources, set)
	run.found = slices.Concat(run.found, configured, f.unmatched(f.c, run))
	var objects []emit.Object
	if run.plan != nil && f.c.String("function") == "compile" {
		objects = run.emit(t.Target, emit.Options{Explicit: f.c.String("defaults") == "explicit", Preserve: f.c.Bool("preserve-behavior")})
	}
	return run, objects, nil
}

func (f *function) checkFlags() (target, error) {
	for _, flag := range []struct {
		name  string
		words []string
	}{
		{"function", []string{"compile", "validate"}},
		{"defaults", []string{"omit", "explicit"}},
		{"fail-on", []string{"error", "warning", "info"}},
		{"color", []string{"auto", "always", "never"}},
	} {
		if err := oneOf(f.c, flag.name, flag.words...); err != nil {
			return target{}, err
		}
	}
	if dir := f.c.String("output-dir"); dir == "" || path.IsAbs(dir) || path.Clean(dir) == ".." || strings.HasPrefix(path.Clean(dir), "../") {
		return target{}, usage("write a directory below the package, such as connpolicy, or . for the package itself", "--output-dir cannot be %q: a function writes nothing outside its package", dir)
	}
	return f.target()
}

// target is what --target names, one of the targets with objects that are applied to a cluster.
func (f *function) target() (target, error) {
	t, err := targetOf(f.c)
	names := emit.AppliedTargets()
	switch {
	case err != nil:
		return t, oneOf(f.c, "target", names...)
	case !t.Applied:
		return t, usage(fmt.Sprintf("write %s; connpolicy compile --target %s writes %s", strings.Join(names, " or "), t.Name, diag.Plural(1, t.Noun)),
			"target %s has no Kubernetes objects, and a function returns nothing else", t.Name)
	}
	return t, nil
}

// sources are the texts of the items that have a say, and of the inputs of a Config.
func (f *function) sources() ([]*diag.Source, error) {
	var sources []*diag.Source
	for _, item := range f.list.Items {
		if !ours(item) && !isConfig(item) {
			sources = append(sources, item.Source)
		}
	}
	names := f.named(f.c)
	if len(names) == 0 {
		return sources, nil
	}
	in, err := f.newInput(f.c)
	if err != nil {
		return nil, err
	}
	in.recursive, in.within = f.config.Recursive, whereabouts(".")
	for _, name := range names {
		if err := in.add(name); err != nil {
			return nil, err
		}
	}
	if len(in.sources) == 0 {
		return nil, usage("files in directories are read when they end in .yaml, .yml or .json; recursive: true also reads directories in directories", "no manifests in the inputs of functionConfig: %s", strings.Join(names, ", "))
	}
	return append(sources, in.sources...), nil
}

// isConfig reports a functionConfig among the items: kustomize hands one to a generator, kpt
// shows every object of the package.
func isConfig(item *schema.Item) bool {
	kind := schema.KindOf(item.APIVersion, item.Kind)
	return kind != nil && kind.Own
}

// ours reports an object that an earlier run wrote: it has no say, and is written anew.
func ours(item *schema.Item) bool {
	return compile.Written(item.Labels) && slices.Contains(emit.Groups, item.Group())
}

// deliver writes the list with its results to standard output, and the findings in text to
// standard error, which is all that kustomize shows.
func (f *function) deliver(run planned, objects []emit.Object) error {
	run.read = f.suppress(run.read)
	run.found.Sort()
	result, change := "", schema.ResourceListEdit{}
	switch {
	case run.found.AtLeast(diag.Error), f.heldBack(f.c, run.read):
		result = "nothing changed"
	case f.c.String("function") == "compile":
		var err error
		if change, err = f.change(objects); err != nil {
			return err
		}
		t, _ := targetOf(f.c)
		result = t.Count(objects)
	}
	if err := f.write(change, f.results(run.found)); err != nil {
		return err
	}
	if err := toStderr(0, format.Text(f.err, run.found, f.color(f.c.String("color")))); err != nil {
		return err
	}
	summary := diag.Summarize(run.found, run.tally(), result)
	summary.NotShown = run.notShown
	if err := toStderr(fmt.Fprintln(f.err, summary)); err != nil {
		return err
	}
	return verdict(f.c, run.found)
}

// fail gives the list back as it is, with the reason as a result.
func (f *function) fail(found diag.List, err error) error {
	results := f.results(found)
	var e *exit
	if errors.As(err, &e) && e.message != "" {
		results = append(results, fnResult{Severity: diag.Error.String(), Message: sentence(e.message, e.hint)})
	}
	if len(found) > 0 {
		if err := toStderr(0, format.Text(f.err, found, f.color(f.c.String("color")))); err != nil {
			return err
		}
	}
	if err := f.write(schema.ResourceListEdit{}, results); err != nil {
		return err
	}
	return err
}

func (f *function) write(change schema.ResourceListEdit, results []fnResult) error {
	if len(results) > 0 {
		text, err := emit.Encode(emit.Object{File: "results", Value: results}, "yaml")
		if err != nil {
			return &exit{ExitBug, "bug: the results cannot be encoded: " + err.Error(), ""}
		}
		change.Results = string(text)
	}
	return toStdout(io.WriteString(f.out, f.list.Edit(change)))
}

// change puts the objects into the list: in the place of those of an earlier run, which go when
// they are not wanted any more, and the new ones behind all others.
func (f *function) change(objects []emit.Object) (schema.ResourceListEdit, error) {
	change := schema.ResourceListEdit{Replaced: map[*schema.Item]string{}}
	earlier := map[diag.Object]*schema.Item{}
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
		m, ok := o.Value.(emit.Manifest)
		if !ok {
			return change, &exit{ExitBug, "bug: " + o.File + " is no Kubernetes object", ""}
		}
		item := earlier[identity(diag.Object{APIVersion: m.APIVersion, Kind: m.Kind, Namespace: m.Metadata.Namespace, Name: m.Metadata.Name})]
		file := path.Join(f.c.String("output-dir"), o.File+".yaml")
		if item == nil {
			m.Metadata.Annotations = placed(m.Metadata.Annotations, file, inFile[file])
			inFile[file]++
		} else {
			m.Metadata.Annotations = kept(m.Metadata.Annotations, item)
		}
		text, err := emit.Encode(emit.Object{File: o.File, Value: m}, "yaml")
		if err != nil {
			return change, &exit{ExitBug, "bug: the output cannot be encoded: " + err.Error(), ""}
		}
		if item == nil {
			change.Added = append(change.Added, string(text))
		} else {
			change.Replaced[item] = string(text)
		}
	}
	return change, nil
}

// identity is by what two objects are one, whatever version they are written in.
func identity(o diag.Object) diag.Object {
	return diag.Object{APIVersion: o.Group(), Kind: o.Kind, Namespace: o.Namespace, Name: o.Name}
}
