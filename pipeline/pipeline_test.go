package pipeline_test

import (
	"strings"
	"testing"

	"github.com/connpolicy/connpolicy/bench/fleet"
	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/dialect"
	"github.com/connpolicy/connpolicy/emit"
	"github.com/connpolicy/connpolicy/judge"
	"github.com/connpolicy/connpolicy/pipeline"
)

const (
	service = "apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: {app: a}}\nspec: {ports: [{port: 80}]}\n---\n"
	policy  = "apiVersion: resilience.policy.gloo.solo.io/v2\nkind: ConnectionPolicy\nmetadata: {name: p}\nspec:\n  applyToDestinations: [{selector: {labels: {app: a}}}]\n  config: {tcp: {connectTimeout: TIMEOUT}}\n"
)

func run(text string) pipeline.Result {
	return pipeline.New().Run(pipeline.Text("a.yaml", text), &pipeline.Options{Namespace: "default"})
}

func TestAnErrorInADocumentEndsTheRunBeforeThePlan(t *testing.T) {
	if r := run(service + strings.ReplaceAll(policy, "TIMEOUT", "3s")); r.Plan == nil || len(r.Plan.Connections()) != 1 || r.Stopped {
		t.Errorf("no plan of one connection: %v", r.Found)
	}
	if r := run(service + strings.ReplaceAll(policy, "TIMEOUT", "soon")); r.Plan != nil || !r.Stopped || !r.Found.AtLeast(diag.Error) {
		t.Errorf("stopped %v, found %v", r.Stopped, r.Found)
	}
}

func TestAFileOfADirectoryThatHoldsNoManifestIsSkipped(t *testing.T) {
	texts := pipeline.Text("values.yaml", "a: b: c\n")
	o := pipeline.Options{}
	if in := pipeline.New().Load(texts, &o); !in.Found.AtLeast(diag.Error) {
		t.Error("a file that is named and cannot be read has no error")
	}
	texts.Walked = map[string]bool{"values.yaml": true}
	if in := pipeline.New().Load(texts, &o); len(in.Found) > 0 || in.Tally().Skipped != 1 {
		t.Errorf("found %v, skipped %d", in.Found, in.Tally().Skipped)
	}
}

// benchmarked is how many documents the stages are timed on.
const benchmarked = 1000

func corpus(b *testing.B) pipeline.Texts {
	b.Helper()
	var text strings.Builder
	if err := fleet.Write(&text, benchmarked, 1); err != nil {
		b.Fatal(err)
	}
	return pipeline.Text("corpus.yaml", text.String())
}

func BenchmarkLoad(b *testing.B) {
	texts, line, o := corpus(b), pipeline.New(), pipeline.Options{Namespace: "default"}
	b.SetBytes(int64(len(texts.Sources[0].Text())))
	b.ReportAllocs()
	for b.Loop() {
		line.Load(texts, &o)
	}
}

func BenchmarkResolveAndJudge(b *testing.B) {
	o := pipeline.Options{Namespace: "default"}
	in := pipeline.New().Load(corpus(b), &o)
	b.ReportAllocs()
	for b.Loop() {
		pipeline.Resolve(in, &o)
	}
}

func BenchmarkJudge(b *testing.B) {
	r := pipeline.New().Run(corpus(b), &pipeline.Options{Namespace: "default"})
	placement, err := judge.ParsePlacement("aws-nlb")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		judge.Plan(r.Plan, []judge.Placement{placement})
	}
}

func BenchmarkWrite(b *testing.B) {
	r := pipeline.New().Run(corpus(b), &pipeline.Options{Namespace: "default"})
	for _, target := range emit.Targets {
		b.Run(target.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				objects, _ := pipeline.Write(r.Plan, r.Documents, target.Write, dialect.Options{})
				if _, err := emit.EncodeAll(objects, target.Encoding); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
