//go:build conventions

package conventions_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// editor is yaml-language-server, as VS Code, Neovim and others talk to it.
type editor struct {
	t        *testing.T
	dir      string
	settings map[string]any // of the section "yaml"
	in       io.Writer
	messages chan message
	said     map[string][]diagnostic // the last word on each file
	asked    int
	// configured reports that the server has asked for its settings and was told them.
	configured bool
}

type message struct {
	ID     any             `json:"id,omitempty"`
	Method string          `json:"method,omitempty"`
	Params json.RawMessage `json:"params,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  json.RawMessage `json:"error,omitempty"`
}

type position struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

type diagnostic struct {
	Range   struct{ Start position }
	Message string
}

// languageServers are the versions that are tried: the first reads every schema as draft-07, as
// older editors do, the second knows 2020-12. Both were tried on Node.js 20.
var languageServers = []string{"1.15.0", "1.25.0"}

// eachEditor runs a test with each version, in a folder that has the schemas in "schemas". Settings
// are those of the section "yaml".
func eachEditor(t *testing.T, settings map[string]any, test func(t *testing.T, e *editor)) {
	t.Helper()
	for _, version := range languageServers {
		t.Run(version, func(t *testing.T) {
			dir := t.TempDir()
			if o := connpolicy(t, dir, "", "schema", "--dir", "schemas"); o.exit != 0 {
				t.Fatal(o.stderr)
			}
			test(t, openEditor(t, dir, version, settings))
		})
	}
}

func openEditor(t *testing.T, dir, version string, settings map[string]any) *editor {
	t.Helper()
	server := npmTool(t, "yaml-language-server", version, "yaml-language-server")
	cmd := exec.Command(server, "--stdio")
	cmd.Dir = dir
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		missing(t, "node", []byte(err.Error()))
	}
	settings = maps.Clone(settings)
	settings["schemaStore"] = map[string]any{"enable": false} // nothing from the network
	settings["hover"], settings["completion"], settings["validate"] = true, true, true
	e := &editor{t: t, dir: dir, settings: settings, in: in, messages: make(chan message, 100), said: map[string][]diagnostic{}}
	go e.read(bufio.NewReader(out))
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Process.Kill() // ours, and it need not say goodbye
		_ = cmd.Wait()
	})
	e.ask("initialize", map[string]any{
		"processId": os.Getpid(), "rootUri": uri(dir),
		"capabilities": map[string]any{
			"textDocument": map[string]any{
				"hover":      map[string]any{"contentFormat": []string{"markdown"}},
				"completion": map[string]any{"completionItem": map[string]any{"snippetSupport": false, "documentationFormat": []string{"markdown"}}},
			},
			"workspace": map[string]any{"configuration": true},
		},
	}, nil)
	e.tell("initialized", map[string]any{})
	e.tell("workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{"yaml": settings}})
	for !e.configured { // or a file could be judged before its schema is known
		if _, err := e.next(); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

func uri(path string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
}

func (e *editor) read(r *bufio.Reader) {
	defer close(e.messages)
	for {
		length := 0
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			line = strings.TrimSpace(line)
			if line == "" {
				break
			}
			if n, found := strings.CutPrefix(line, "Content-Length: "); found {
				length, _ = strconv.Atoi(n) // a length that is none gives no message
			}
		}
		text := make([]byte, length)
		if _, err := io.ReadFull(r, text); err != nil {
			return
		}
		var m message
		if json.Unmarshal(text, &m) == nil {
			e.messages <- m
		}
	}
}

func (e *editor) send(m map[string]any) {
	e.t.Helper()
	m["jsonrpc"] = "2.0"
	text, err := json.Marshal(m)
	if err != nil {
		e.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(e.in, "Content-Length: %d\r\n\r\n%s", len(text), text); err != nil {
		e.t.Fatal(err)
	}
}

func (e *editor) tell(method string, params any) {
	e.t.Helper()
	e.send(map[string]any{"method": method, "params": params})
}

var errSilent = errors.New("the language server says nothing for a minute")

// next is the server's next message. Its own questions about settings are answered on the way.
func (e *editor) next() (message, error) {
	select {
	case m, open := <-e.messages:
		if !open {
			return m, io.ErrUnexpectedEOF
		}
		if m.Method == "textDocument/publishDiagnostics" {
			var p struct {
				URI         string
				Diagnostics []diagnostic
			}
			if err := json.Unmarshal(m.Params, &p); err != nil {
				return m, err
			}
			e.said[p.URI] = p.Diagnostics
		}
		if m.Method != "" && m.ID != nil {
			var result any
			if m.Method == "workspace/configuration" {
				result, e.configured = e.configuration(m.Params), true
			}
			e.send(map[string]any{"id": m.ID, "result": result})
		}
		return m, nil
	case <-time.After(time.Minute):
		return message{}, errSilent
	}
}

// ask waits for the answer to a question.
func (e *editor) ask(method string, params, answer any) {
	e.t.Helper()
	e.asked++
	e.send(map[string]any{"id": e.asked, "method": method, "params": params})
	for {
		m, err := e.next()
		if err != nil {
			e.t.Fatalf("%s: %v", method, err)
		}
		if id, ok := m.ID.(float64); m.Method != "" || !ok || int(id) != e.asked {
			continue
		}
		if m.Error != nil {
			e.t.Fatalf("%s: %s", method, m.Error)
		}
		if answer != nil && m.Result != nil {
			if err := json.Unmarshal(m.Result, answer); err != nil {
				e.t.Fatalf("%s: %v: %s", method, err, m.Result)
			}
		}
		return
	}
}

// open shows the server a file and waits for what it says about it, as "LINE: MESSAGE", lines
// counted from 1.
func (e *editor) open(name, text string) []string {
	e.t.Helper()
	file := uri(filepath.Join(e.dir, name))
	e.tell("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": file, "languageId": "yaml", "version": 1, "text": text}})
	for {
		if _, err := e.next(); err != nil {
			e.t.Fatalf("%s: %v", name, err)
		}
		if said, ok := e.said[file]; ok {
			out := []string{}
			for _, d := range said {
				out = append(out, fmt.Sprintf("%d: %s", d.Range.Start.Line+1, d.Message))
			}
			return out
		}
	}
}

// at is a place in an opened file, with lines and characters counted from 1.
func (e *editor) at(name string, line, character int) map[string]any {
	return map[string]any{"textDocument": map[string]any{"uri": uri(filepath.Join(e.dir, name))}, "position": position{line - 1, character - 1}}
}

// hover is what is shown at a place.
func (e *editor) hover(name string, line, character int) string {
	e.t.Helper()
	var answer struct{ Contents struct{ Value string } }
	e.ask("textDocument/hover", e.at(name, line, character), &answer)
	return strings.ReplaceAll(answer.Contents.Value, `\`, "") // older ones escape every full stop
}

// completions are the words offered at a place, each with its documentation.
func (e *editor) completions(name string, line, character int) map[string]string {
	e.t.Helper()
	var answer struct {
		Items []struct {
			Label         string
			Documentation any
		}
	}
	e.ask("textDocument/completion", e.at(name, line, character), &answer)
	out := map[string]string{}
	for _, item := range answer.Items {
		out[item.Label] = fmt.Sprint(item.Documentation)
	}
	return out
}

// configuration answers for the section "yaml", and for no other.
func (e *editor) configuration(params json.RawMessage) []any {
	var p struct{ Items []struct{ Section string } }
	_ = json.Unmarshal(params, &p) // then it asks for nothing
	out := make([]any, len(p.Items))
	for i, item := range p.Items {
		out[i] = map[string]any{}
		if item.Section == "yaml" {
			out[i] = e.settings
		}
	}
	return out
}
