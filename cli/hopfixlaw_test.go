package cli

import (
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/connpolicy/connpolicy/diag"
	"github.com/connpolicy/connpolicy/judge"
	"github.com/connpolicy/connpolicy/pipeline"
)

// hopSets are ways that the texts of fixes are judged by: short and long timeouts, of flow tables, of
// proxies, and of both.
var hopSets = [][]string{{"aws-nlb"}, {"azure-lb"}, {"aws-alb"}, {"other-flow=20s"}, {"aws-global-accelerator", "other-proxy=60s"}, {"clients:gcp-proxy-lb", "aws-nlb"}}

// judgedBy judges texts as validate does, with hops on the way of every connection.
func judgedBy(t testing.TB, hops []string) func([]*diag.Source) diag.List {
	t.Helper()
	o := pipeline.Options{Namespace: "default"}
	for _, h := range hops {
		placement, err := judge.ParsePlacement(h)
		if err != nil {
			t.Fatal(err)
		}
		o.Hops = append(o.Hops, placement)
	}
	return func(sources []*diag.Source) diag.List {
		return pipeline.ResolveSets(line.Load(pipeline.Texts{Sources: sources}, &o), &o).Found
	}
}

// A fix of what a hop cuts changes one value, after which the finding is gone and no other error or
// warning has come.
func TestFixesOfTimeoutsSuitEveryHop(t *testing.T) {
	var total atomic.Int64
	t.Run("texts", func(t *testing.T) {
		for i, text := range fixTexts(t) {
			t.Run(strconv.Itoa(i), func(t *testing.T) {
				t.Parallel()
				for _, hops := range hopSets {
					total.Add(hopFixesHold(t, text, judgedBy(t, hops), hops))
				}
			})
		}
	})
	if total.Load() < 100 {
		t.Errorf("only %d fixes were tried", total.Load())
	}
}

// hopFixesHold tries the fixes of a text in each of its forms, and returns how many there are.
func hopFixesHold(t *testing.T, text string, judge func([]*diag.Source) diag.List, hops []string) (fixes int64) {
	t.Helper()
	plain := []*diag.Source{diag.NewSource("a.yaml", text)}
	if !hasHopFix(judge(plain)) {
		return 0
	}
	for form, text := range fixForms(text) {
		src := diag.NewSource("a.yaml", text)
		was := judge([]*diag.Source{src})
		for _, d := range was {
			if d.Fix == nil || !isHopFix(d) {
				continue
			}
			fixes++
			if err := hopFixHolds(src, was, d, judge); err != nil {
				t.Errorf("%s, %v: %s at %s: %v", form, hops, d.Name, d.At(), err)
			}
		}
		m := fixAll([]*diag.Source{src}, was, judge)
		if hasHopFix(judge(m.now)) {
			t.Errorf("%s, %v: after --fix there is something to fix", form, hops)
		}
	}
	return fixes
}

func hasHopFix(found diag.List) bool {
	for _, d := range found {
		if d.Fix != nil && isHopFix(d) {
			return true
		}
	}
	return false
}

func isHopFix(d diag.Diagnostic) bool {
	return d.Code == diag.HopIdleTimeout || d.Code == diag.HopEndsConnections || d.Code == diag.ListenerClosesFirst
}

func hopFixHolds(src *diag.Source, was diag.List, d diag.Diagnostic, judge func([]*diag.Source) diag.List) error {
	text, n := src.ApplyFixes([]*diag.Fix{d.Fix})
	if n != 1 || text == src.Text() {
		return errors.New("the fix changes nothing")
	}
	fixed := diag.NewSource("a.yaml", markOf(src)+text)
	now := judge([]*diag.Source{fixed})
	for _, e := range now {
		switch {
		case e.Code == d.Code && e.Line == d.Line && e.Field == d.Field:
			return fmt.Errorf("the finding is there still: %s\n%s", e.Message, text)
		case e.Severity != diag.Info && countOf(now, e) > countOf(was, e):
			return fmt.Errorf("there is a new finding: %s [%s]\n%s", e.Message, e.Name, text)
		}
	}
	before, err := objects(src)
	if err != nil {
		return err
	}
	after, err := objects(fixed)
	if err != nil {
		return err
	}
	return onlyThat(d, before, after)
}
