package cli

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/connpolicy/connpolicy/schema"
	"github.com/urfave/cli/v2"
)

// clusterDir is a directory, or a file, whose objects belong to a cluster.
type clusterDir struct{ cluster, dir string } // dir is absolute

// clusterDirs are the directories of --cluster NAME=DIR, or of the configuration.
type clusterDirs []clusterDir

// clusters reads --cluster, and the configuration's clusters where no flag names a directory. It
// returns the cluster of all other objects besides.
func (s *streams) clusters(c *cli.Context) (clusterDirs, string, error) {
	var dirs clusterDirs
	all := ""
	for _, text := range c.StringSlice("cluster") {
		name, dir, placed := strings.Cut(text, "=")
		switch {
		case name == "" || placed && dir == "":
			return nil, "", usage("write --cluster NAME, or --cluster NAME=DIR", "--cluster cannot be %q", text)
		case placed:
			if _, err := os.Stat(dir); c.Command.Name != "diff" && err != nil { // a revision may have others
				return nil, "", usage("write --cluster "+name+"=DIR, with a directory or file that is there", "--cluster %s names a directory that is not there", text)
			}
			d, err := newClusterDir(name, dir)
			if err != nil {
				return nil, "", err
			}
			dirs = append(dirs, d)
		case all != "" && all != name:
			return nil, "", usage("write --cluster "+all+"=DIR --cluster "+name+"=DIR", "--cluster names two clusters for all objects")
		default:
			all = name
		}
	}
	if len(dirs) > 0 || s.config == nil {
		return dirs, all, nil
	}
	for name, dir := range s.config.Clusters {
		d, err := newClusterDir(name, s.config.path(dir))
		if err != nil {
			return nil, "", err
		}
		dirs = append(dirs, d)
	}
	return dirs, all, nil
}

func newClusterDir(name, dir string) (clusterDir, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return clusterDir{}, cannotRead(dir, err)
	}
	return clusterDir{name, abs}, nil
}

// place gives each document the cluster of the innermost directory that it lies in.
func (dirs clusterDirs) place(docs []*schema.Document) {
	if len(dirs) == 0 {
		return
	}
	known := map[string]string{} // by file
	for _, d := range docs {
		path := d.Place().Path()
		cluster, seen := known[path]
		if !seen {
			cluster = dirs.of(path)
			known[path] = cluster
		}
		d.PlaceIn(cluster)
	}
}

func (dirs clusterDirs) of(path string) string {
	best := clusterDir{}
	for _, d := range dirs {
		rel, in := below(d.dir, present(path))
		if (in || rel == ".") && len(d.dir) > len(best.dir) {
			best = d
		}
	}
	return best.cluster
}

// present is the path of a revision's file as it would be now, and any other path itself.
func present(path string) string {
	if rest, ok := strings.CutPrefix(path, revisionPrefix); ok {
		if _, file, found := strings.Cut(rest, ":"); found {
			return file
		}
	}
	return path
}
