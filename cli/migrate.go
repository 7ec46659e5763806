package cli

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/pipeline"
	"github.com/connpolicy/connpolicy/report"
	"github.com/urfave/cli/v2"
)

// migrationFile is what migrate writes beside the objects.
const migrationFile = "MIGRATION.md"

func migrateCommand(s *streams) *cli.Command {
	read := inputFlags()
	for i, f := range read {
		if f.Names()[0] == "recursive" { // always so; taken for those who are used to it
			read[i] = &cli.BoolFlag{Name: "recursive", Aliases: []string{"R"}, Value: true, Hidden: true}
		}
	}
	return &cli.Command{
		Name: "migrate", Usage: "migrate settings to another gateway, and account for every field",
		UsageText: "connpolicy migrate [FLAGS] DIR --to TARGET --output-dir OUT\n\n   connpolicy migrate examples/gloo-edge --to envoy-gateway --output-dir moved",
		Flags: slices.Concat(read, []cli.Flag{
			&cli.StringFlag{Name: "to", Usage: "write for `" + strings.Join(emit.AppliedTargets(), "|") + "`"},
			&cli.StringFlag{Name: "output-dir", Usage: "write the objects and " + migrationFile + " to `OUT`, which is not read if it is below DIR"},
			&cli.BoolFlag{Name: "check", Usage: "write nothing; exit 1 and print a diff when --output-dir is stale"},
		}, bindFlags(), configFlags(), setFlags(), findingFlags()),
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action:       action(s.migrateOptions, s.migrate),
	}
}

// migrateOptions are the options of migrate.
type migrateOptions struct {
	*options
	to     *emit.Target
	write  dialect.Options
	output outputOptions
}

func (s *streams) migrateOptions(c *cli.Context) (*migrateOptions, error) {
	shared, err := s.options(c, traits{})
	if err != nil {
		return nil, err
	}
	o := &migrateOptions{options: shared, write: writeOptionsOf(c), output: outputOptions{dir: c.String("output-dir"), check: c.Bool("check")}}
	names := emit.AppliedTargets()
	if !c.IsSet("to") {
		return nil, usage("write --to "+strings.Join(names, " or "), "migrate needs a target")
	}
	if o.to, err = targetAmong(c, "to", names); err != nil {
		return nil, err
	}
	if o.output.dir == "" {
		return nil, usage("write --output-dir OUT, a directory of its own", "migrate needs a directory to write to")
	}
	o.input.except = canonicalPath(o.output.dir) // whole trees are read, and may be written into
	return o, nil
}

func (s *streams) migrate(o *migrateOptions) error {
	if err := o.checkOutputDir(); err != nil {
		return err
	}
	r, err := s.resolveInput(o.options)
	if err != nil {
		return err
	}
	if r.Plan == nil {
		return s.finish(o.options, r, "nothing written")
	}
	objects := r.write(o.to, o.write)
	if r.Found.AtLeast(diag.Error) {
		return s.finish(o.options, r, "nothing written")
	}
	d, err := newDirectory(o.output.dir, objects, "yaml")
	if err != nil {
		return err
	}
	r.Found = append(r.Found, pipeline.Existing(objects, d.others, r.Documents, o.pipeline.Namespace)...)
	text, account := o.migration(r, objects)
	if err := d.add(migrationFile, text, report.MigrationMark); err != nil {
		return err
	}
	err = s.deliverFiles(o.options, o.output, d, r, written(objects), "; fields: "+account.String()+notRead(r.Unread))
	if err == nil && incomplete(account, objects) && o.findings.failOn <= diag.Warning {
		return &exit{code: ExitFindings}
	}
	return err
}

// written returns what a migration has in its directory, in words.
func written(objects []dialect.Object) string {
	if len(objects) == 0 {
		return "no object but " + migrationFile
	}
	return diag.Plural(len(objects), "object") + " and " + migrationFile
}

// notRead names the kinds that were skipped, with their counts.
func notRead(kinds []string) string {
	counts := map[string]int{}
	for _, kind := range kinds {
		counts[kind]++
	}
	text := "; not read: "
	for i, kind := range slices.Sorted(maps.Keys(counts)) {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%d %s", counts[kind], kind)
	}
	if len(kinds) == 0 {
		return ""
	}
	return text
}

// incomplete reports a migration that leaves settings behind, or has settings and writes nothing. It
// counts as a warning.
func incomplete(account report.Account, objects []dialect.Object) bool {
	return account[report.NotMigrated] > 0 || account.Settings() > 0 && len(objects) == 0
}

// migration accounts for every field of what was read, as a text and in numbers.
func (o *migrateOptions) migration(r run, objects []dialect.Object) (string, report.Account) {
	m := &report.Migration{
		Target: o.to.Title, Documents: r.Documents, Plan: r.Plan, Found: r.Found, Told: o.shown(r).Found, Unread: r.Unread,
		Defaults: o.to.Defaults(), Objects: moved(objects),
	}
	var b strings.Builder
	account, _ := m.Markdown(&b) // a Builder takes everything
	return b.String(), account
}

// moved returns objects as package report has them.
func moved(objects []dialect.Object) []report.Moved {
	out := make([]report.Moved, len(objects))
	for i, o := range objects {
		out[i] = report.Moved{Name: o.File, File: o.File + ".yaml"}
		if m, ok := o.Value.(dialect.Manifest); ok {
			out[i].Name = fmt.Sprintf("%s %s/%s", m.Kind, m.Metadata.Namespace, m.Metadata.Name)
		}
		for _, carried := range o.Carried {
			out[i].Carried = append(out[i].Carried, report.Carried(carried))
		}
	}
	return out
}

// checkOutputDir refuses an output directory that is read, or that lies in one and holds other manifests: they
// would not be read.
func (o *migrateOptions) checkOutputDir() error {
	out := o.output.dir
	for _, name := range o.input.names {
		if info, err := os.Stat(name); err != nil || !info.IsDir() {
			continue
		}
		switch way, err := filepath.Rel(canonicalPath(name), canonicalPath(out)); {
		case err != nil, way == "..", strings.HasPrefix(way, ".."+string(filepath.Separator)):
		case way == ".":
			return usage("write to a directory of its own, for example --output-dir "+filepath.Join(out, "moved"), "%s is both input and output", out)
		default:
			return onlyOurs(name, out)
		}
	}
	return nil
}

// onlyOurs refuses an OUT below the input that holds manifests of others.
func onlyOurs(name, out string) error {
	return filepath.WalkDir(out, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case os.IsNotExist(err):
			return nil
		case err != nil:
			return cannotRead(path, err)
		case !entry.Type().IsRegular() || !isManifest(path):
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return cannotRead(path, err)
		}
		if !emit.Ours(text) {
			return usage("write to a directory of its own", "%s is in %s and is not read, but contains %s, which connpolicy did not write", out, name, path)
		}
		return nil
	})
}

// canonicalPath is one name for a file or directory, however it is called; what is not there yet is
// where its parent is.
func canonicalPath(name string) string {
	path, err := filepath.Abs(name)
	if err != nil {
		return filepath.Clean(name)
	}
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		return resolved
	}
	if parent := filepath.Dir(path); parent != path {
		return filepath.Join(canonicalPath(parent), filepath.Base(path))
	}
	return path
}
