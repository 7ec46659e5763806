#!/usr/bin/env bash
# Runs the proofs on Envoy Gateway's own translator. Arguments go to `go test`.
#
# egctl is built by `go install`, once, into .cache at the root of the checkout; EGCTL=/path uses
# another one. Where it cannot be had the run is skipped with one line. In CI (the variable CI is
# set) a Go module proxy that has it, and a build that fails, are a failure.
set -euo pipefail
[ -z "${EGCTL:-}" ] || EGCTL=$(realpath "$EGCTL")
cd "$(dirname "${BASH_SOURCE[0]}")"

module=github.com/envoyproxy/gateway version=v1.9.1
cache=$(cd ../.. && pwd)/.cache/egctl-$version

if [ -z "${EGCTL:-}" ]; then
	EGCTL=$cache/egctl
	if [ ! -x "$EGCTL" ]; then
		printf 'gateway: building egctl %s; the first time takes minutes\n' "$version"
		# From outside the module, whose go.mod has no say in it.
		if ! (cd / && GOBIN=$cache go install "$module/cmd/egctl@$version"); then
			if [ -n "${CI:-}" ] && (cd / && go list -m "$module@$version") >/dev/null 2>&1; then
				echo 'gateway: the Go module proxy has egctl, and in CI it must be built' >&2
				exit 1
			fi
			echo 'gateway: skipped: egctl cannot be had; EGCTL=/path make gateway uses another one'
			exit 0
		fi
	fi
fi
export EGCTL

# In its own folder go test shows what the tests print, as they print it.
go test -tags egctl -count=1 -timeout 10m "$@"
