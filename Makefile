# `make` lists the targets; the comment above each says what it is for.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# `golden` rewrites files that `test` reads, so nothing runs side by side.
.NOTPARALLEL:

# How long `make fuzz` stays with each fuzz target.
FUZZTIME ?= 30s

# The directory of Gloo's and kgateway's CRDs, which no module has; tests that compare with them need it.
CRDS ?= $(wildcard ../shared/crds)
export CRDS := $(abspath $(CRDS))

# The browser that `make browser` looks with.
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

# The lint tools have a module of their own, so that go.mod names only what the binary links.
LINT := go tool -modfile=$(CURDIR)/tools/lint/go.mod golangci-lint

.PHONY: help build install test cover golden golden-clean fmt lint vet fuzz notices bench e2e conformance gateway browser conventions release-test check clean

# List the targets.
help:
	@awk '/^# /{about=substr($$0,3); next} /^[a-z][a-z-]*:/{if(about){sub(/:.*/,""); printf "%-14s%s\n",$$0,about}} {about=""}' Makefile

# Build one static binary, bin/connpolicy: with the flags of a release, so that one can be built again.
build:
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o bin/connpolicy .

# Put connpolicy where `go install` puts programs, and beside it the links that make it kubectl's plugin.
install:
	CGO_ENABLED=0 go install -trimpath .
	@bin=$$(go env GOBIN); bin=$${bin:-$$(go env GOPATH | cut -d: -f1)/bin}; \
	for name in kubectl-connpolicy kubectl_complete-connpolicy; do \
		ln -sf connpolicy "$$bin/$$name" 2>/dev/null || cp -f "$$bin/connpolicy" "$$bin/$$name"; \
	done

# Run every test, with the race detector; then the proofs that need Kubernetes' rules only.
test:
	go test -race ./...
	cd conformance && go test ./...

# Run the tests with coverage counted over all packages; cover.out keeps the lines.
cover:
	go test -coverpkg=./... -coverprofile=cover.out ./...
	@go tool cover -func=cover.out | tail -n 1

# Rewrite the golden files, and the output shown in the docs, from what the program prints now.
golden:
	go test ./golden -update
	go test . -run Docs -update

# Fail when the golden files are not what the program prints.
golden-clean: golden
	@changed=$$(git status --porcelain golden facts schema docs '*.md'); \
	if [ -n "$$changed" ]; then \
		git --no-pager diff HEAD -- golden facts schema docs '*.md'; \
		printf '%s\n' "$$changed"; \
		echo 'golden-clean: what is generated differs from the last commit. Read the diff above, then type'; \
		echo '    git add golden facts schema docs && git commit      if it is what you meant'; \
		echo '    git checkout HEAD -- golden                         if it is not, and mend the code'; \
		exit 1; \
	fi

# Format the Go code.
fmt:
	$(LINT) fmt

# Check format and style; the first run builds the tools, a minute or two.
lint:
	$(LINT) fmt --diff
	$(LINT) run
	cd conformance && $(LINT) run --build-tags egctl,conventions,release
	cd conformance/browser && $(LINT) run --build-tags browser

# Run the compiler's own checks.
vet:
	go vet ./...
	cd conformance && go vet -tags e2e,egctl,conventions,release ./...
	cd conformance/browser && go vet -tags browser ./...

# Fuzz each target found for FUZZTIME.
fuzz:
	@found=$$(grep -rHoE '^func Fuzz[A-Za-z0-9_]+' --include='*_test.go' --exclude-dir='.[a-z]*' . | sed 's/func //') || \
		{ echo 'fuzz: no func Fuzz… in any _test.go'; exit 1; }; \
	for target in $$found; do \
		if [ "$${target##*:}" = FuzzAgainstCRDs ] && [ -z '$(CRDS)' ]; then \
			echo 'FuzzAgainstCRDs is left out: it compares with CRDs, and CRDS=DIR names their directory'; \
			continue; \
		fi; \
		echo "$$target for $(FUZZTIME)"; \
		go test -C "$$(dirname "$${target%%:*}")" -run='^$$' -fuzz="^$${target##*:}$$" -fuzztime=$(FUZZTIME) -fuzzminimizetime=100x; \
	done

# Write the licenses of the linked modules, which releases carry.
notices:
	go run ./tools/notices >THIRD_PARTY_NOTICES

# Time the compiler on 10,000 and 100,000 documents; fail when it is too slow.
bench:
	go test -run '^$$' -bench . ./pipeline
	bash bench/run.sh

# Prove on a real Envoy and the kernel what is written; UPDATE=1 writes what is printed into docs/proof.md.
e2e:
	bash conformance/envoy/run.sh $(if $(UPDATE),-update)

# Prove on Istio's own pilot that both targets mean one Envoy. The first build takes minutes and 2 GB.
conformance:
	go test -C conformance/istio -count=1 -timeout=30m -rapid.checks=1000

# Prove on Envoy Gateway's own translator what is written for it; EGCTL=/path uses another egctl.
gateway:
	bash conformance/gateway/run.sh

# Look at the report with Chromium; UPDATE=1 takes the pictures in docs/images.
browser: build
	@if [ -z '$(CHROMIUM)' ]; then \
		echo 'browser: skipped, there is no chromium, chromium-browser or google-chrome in PATH; apt-get install chromium'; \
		[ -z "$${REQUIRE_CHROMIUM:-}" ]; \
	else \
		CHROMIUM='$(CHROMIUM)' CONNPOLICY='$(CURDIR)/bin/connpolicy' \
			go test -C conformance/browser -tags browser -count=1 -timeout=10m . $(if $(UPDATE),-update); \
	fi

# Run connpolicy by pre-commit, kustomize, kubectl and others whose conventions it fits; gets them first.
# UPDATE=1 writes what they print into the documents. kubectl comes last, since it is built for minutes.
conventions:
	go test -C conformance -tags conventions -count=1 -timeout=20m -skip Kubectl ./conventions $(if $(UPDATE),-update)
	go test -C conformance -tags conventions -count=1 -timeout=20m -run Kubectl ./conventions $(if $(UPDATE),-update)

# Make a release by goreleaser, all but the upload, and look into it; its tools take minutes to build.
release-test:
	go test -C conformance -tags conventions,release -count=1 -timeout=60m -run Release ./conventions

# What CI runs.
check: build vet lint test golden-clean

# Remove what the other targets made.
clean:
	rm -rf bin dist .cache cover.out
