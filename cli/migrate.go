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
	"github.com/connpolicy/connpolicy/emit"
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
		Name: "migrate", Usage: "move a tree's settings to another gateway, and account for every field",
		UsageText: "connpolicy migrate [FLAGS] DIR --to TARGET --output-dir OUT\n\n   connpolicy migrate examples/gloo-edge --to envoy-gateway --output-dir moved",
		Flags: slices.Concat(read, []cli.Flag{
			&cli.StringFlag{Name: "to", Usage: "write for `" + strings.Join(emit.AppliedTargets(), "|") + "`"},
			&cli.StringFlag{Name: "output-dir", Usage: "write the objects and " + migrationFile + " to `OUT`, which is not read where it lies below what is"},
			&cli.BoolFlag{Name: "check", Usage: "write nothing; exit 1 and print a diff when --output-dir is stale"},
		}, bindFlags(), wayFlags(), setFlags(), findingFlags()),
		OnUsageError: func(_ *cli.Context, err error, _ bool) error { return err },
		Action:       func(c *cli.Context) error { return s.migrate(c) },
	}
}

func (s *streams) migrate(c *cli.Context) error {
	to, err := migrateFlags(c)
	if err != nil {
		return err
	}
	if err := s.apart(c); err != nil {
		return err
	}
	run, err := s.plan(c)
	if err != nil {
		return err
	}
	if run.plan == nil {
		return s.finish(c, run.read, "nothing written")
	}
	objects := run.emit(to, emit.Options{Preserve: c.Bool("preserve-behavior")})
	if run.found.AtLeast(diag.Error) {
		return s.finish(c, run.read, "nothing written")
	}
	d, err := newDirectory(c.String("output-dir"), objects, "yaml")
	if err != nil {
		return err
	}
	run.found = append(run.found, d.existing(objects, run.documents, c.String("namespace"))...)
	text, account := s.migration(c, run, to, objects)
	if err := d.add(migrationFile, text, report.MigrationMark); err != nil {
		return err
	}
	err = s.deliverFiles(c, d, run.read, written(objects), "; fields: "+account.String()+notRead(run.unread))
	if err == nil && incomplete(account, objects) && threshold(c) <= diag.Warning {
		return &exit{code: ExitFindings}
	}
	return err
}

// written says what a migration has in its directory.
func written(objects []emit.Object) string {
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
func incomplete(account report.Account, objects []emit.Object) bool {
	return account[report.Behind] > 0 || account.Settings() > 0 && len(objects) == 0
}

func migrateFlags(c *cli.Context) (*emit.Target, error) {
	if err := checkFindingFlags(c); err != nil {
		return nil, err
	}
	names := emit.AppliedTargets()
	if !c.IsSet("to") {
		return nil, usage("write --to "+strings.Join(names, " or "), "migrate needs to know where to")
	}
	to, err := targetAmong(c, "to", names)
	if err == nil && c.String("output-dir") == "" {
		err = usage("write --output-dir OUT, a directory of its own", "migrate needs a directory to write to")
	}
	return to, err
}

// migration accounts for every field of what was read, as a text and in numbers.
func (s *streams) migration(c *cli.Context, run planned, to *emit.Target, objects []emit.Object) (string, report.Account) {
	m := &report.Migration{
		Target: to.Title, Documents: run.documents, Plan: run.plan, Found: run.found, Told: s.shown(c, run.read).found, Unread: run.unread,
		Defaults: to.Defaults(), Objects: moved(objects),
	}
	var b strings.Builder
	account, _ := m.Markdown(&b) // a Builder takes everything
	return b.String(), account
}

// moved tells package report of objects, of whose words it knows nothing.
func moved(objects []emit.Object) []report.Moved {
	out := make([]report.Moved, len(objects))
	for i, o := range objects {
		out[i] = report.Moved{Name: o.File, File: o.File + ".yaml"}
		if m, ok := o.Value.(emit.Manifest); ok {
			out[i].Name = fmt.Sprintf("%s %s/%s", m.Kind, m.Metadata.Namespace, m.Metadata.Name)
		}
		for _, carried := range o.Carried {
			out[i].Carried = append(out[i].Carried, report.Carried(carried))
		}
	}
	return out
}

// apart sees to it that what is written is not read: a directory is not written into itself, and
// what else lies in OUT below it would be passed over.
func (s *streams) apart(c *cli.Context) error {
	out := c.String("output-dir")
	for _, name := range s.named(c) {
		if info, err := os.Stat(name); err != nil || !info.IsDir() {
			continue
		}
		switch way, err := filepath.Rel(whereabouts(name), whereabouts(out)); {
		case err != nil, way == "..", strings.HasPrefix(way, ".."+string(filepath.Separator)):
		case way == ".":
			return usage("write to a directory of its own, for example --output-dir "+filepath.Join(out, "moved"), "%s is both what is read and what is written", out)
		default:
			return onlyOurs(name, out)
		}
	}
	return nil
}

// onlyOurs refuses an OUT below the input that holds somebody else's manifests.
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
			return usage("write to a directory of its own", "%s lies in %s and is not read, but holds %s, which connpolicy did not write", out, name, path)
		}
		return nil
	})
}

// whereabouts is one name for a file or directory, however it is called; what is not there yet is
// where its parent says.
func whereabouts(name string) string {
	path, err := filepath.Abs(name)
	if err != nil {
		return filepath.Clean(name)
	}
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		return resolved
	}
	if parent := filepath.Dir(path); parent != path {
		return filepath.Join(whereabouts(parent), filepath.Base(path))
	}
	return path
}
