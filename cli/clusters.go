package cli

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"
)

// clusterDir is a directory, or a file, whose objects belong to a cluster.
type clusterDir struct{ cluster, dir string } // dir is absolute

// clusterDirs are the directories of --cluster NAME=DIR, or of the configuration.
type clusterDirs []clusterDir

// clustersOf reads --cluster, and the configuration's clusters where no flag names a directory. It
// returns the cluster of all other objects besides.
func clustersOf(c *cli.Context, t traits, config *config) (clusterDirs, string, error) {
	var dirs clusterDirs
	all := ""
	for _, text := range c.StringSlice("cluster") {
		name, dir, placed := strings.Cut(text, "=")
		switch {
		case name == "" || placed && dir == "":
			return nil, "", usage("write --cluster NAME, or --cluster NAME=DIR", "--cluster cannot be %q", text)
		case placed:
			if _, err := os.Stat(dir); !t.revisions && err != nil {
				return nil, "", usage("write --cluster "+name+"=DIR, with a directory or file that exists", "--cluster %s names a directory that does not exist", text)
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
	if len(dirs) > 0 || config == nil {
		return dirs, all, nil
	}
	for name, dir := range config.Clusters {
		d, err := newClusterDir(name, config.path(dir))
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

// of returns the cluster of the innermost directory that a file lies in, or "".
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
