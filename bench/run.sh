#!/usr/bin/env bash
# Times `connpolicy compile` beside kubeconform on one machine in the same
# minute, since only a ratio means the same on every machine. It fails when
#   - 10,000 documents take us longer than they take kubeconform, or
#   - 100,000 documents with 1,000 policies take more than 13 times as long.
#
# Settings: BENCH_BINARY     measure this program, and build nothing
#           BENCH_CORPUS_GEN write the corpora with this program, called as
#                            PROGRAM -n N -form multi -out FILE
set -euo pipefail
export LC_ALL=C # EPOCHREALTIME with a point
cd "$(dirname "${BASH_SOURCE[0]}")/.."

small=10000 large=100000 rounds=5 large_rounds=3
max_beside=100 max_growth=1300 # hundredths
kubeconform_version=v0.8.0
cache=$PWD/.cache

die() {
	printf 'bench: %s\n' "$*" >&2
	exit 1
}

[ -n "${EPOCHREALTIME:-}" ] || die "bash 5 or newer is needed for its clock, this is $BASH_VERSION"

# ---- what to measure, and on what ----

binary=${BENCH_BINARY:-bin/connpolicy}
[ -n "${BENCH_BINARY:-}" ] || make --no-print-directory build

kubeconform=$cache/kubeconform-$kubeconform_version/kubeconform
[ -x "$kubeconform" ] ||
	GOBIN=${kubeconform%/*} CGO_ENABLED=0 go install "github.com/yannh/kubeconform/cmd/kubeconform@$kubeconform_version"

# Always afresh: the generator and the schemas change, and take a second.
corpora=$cache/corpora schemas=$cache/schemas
rm -rf "$corpora" "$schemas"
mkdir -p "$corpora"
"$binary" schema --dir "$schemas" >/dev/null
if [ -n "${BENCH_CORPUS_GEN:-}" ]; then
	generate=("$BENCH_CORPUS_GEN" -form multi)
else
	go build -o "$cache/corpus" ./bench/corpus
	generate=("$cache/corpus")
fi
for n in $small $large; do
	"${generate[@]}" -n "$n" -out "$corpora/$n.yaml"
done

ours=("$binary" compile -f)
# Two workers, as many as the smallest CI machine has cores. Service is not a
# kind of ours to publish, so its schema comes from where we embed it.
theirs=("$kubeconform" -n 2 -strict -summary
	-schema-location "$schemas/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json"
	-schema-location 'schema/json/core/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json')

# ---- measuring ----

# try COMMAND...: an untimed run. It warms the caches, and makes sure that the
# timed ones do the whole work: a program that gives up early would be fast.
try() {
	local status=0
	"$@" >"$cache/stdout" 2>"$cache/stderr" || status=$?
	[ $status = 0 ] || {
		tail -n 5 "$cache/stdout" "$cache/stderr" >&2
		die "exit status $status from: $*"
	}
	[ -s "$cache/stdout" ] || die "no output from: $*"
}

# wall COMMAND...: the wall time of one run in microseconds.
wall() {
	local start=${EPOCHREALTIME/./}
	"$@" >/dev/null 2>&1 || die "a run failed that did not before: $*"
	echo $((${EPOCHREALTIME/./} - start))
}

# median NUMBER...: the middle one of an odd count.
median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }

# hundredths A B: A / B in hundredths, rounded up, so that a limit is a limit.
hundredths() { echo $((($1 * 100 + $2 - 1) / $2)); }

# point DIGITS NUMBER: 1234 with 2 digits is 12.34.
point() {
	local unit=$((10 ** $1))
	printf "%d.%0$1d" $(($2 / unit)) $(($2 % unit))
}

row() { # NAME DOCUMENTS MEDIAN RUN...
	local name=$1 documents=$2 middle=$3 run runs=
	shift 3
	for run; do runs+=" $(point 3 $((run / 1000)))"; done
	printf '%-12s %9s  %8s  %s\n' "$name" "$documents" "$(point 3 $((middle / 1000)))" "${runs# }"
}

try "${ours[@]}" "$corpora/$small.yaml"
try "${theirs[@]}" "$corpora/$small.yaml"
grep -q "^Summary: $small resources found .* Skipped: 0$" "$cache/stdout" || # same work
	die "kubeconform did not check all $small documents: $(tail -n 1 "$cache/stdout")"
try "${ours[@]}" "$corpora/$large.yaml"

# In turn, so that what slows the machine for a moment slows both.
small_runs=() their_runs=() large_runs=()
for ((round = 0; round < rounds; round++)); do
	small_runs+=("$(wall "${ours[@]}" "$corpora/$small.yaml")")
	their_runs+=("$(wall "${theirs[@]}" "$corpora/$small.yaml")")
	((round >= large_rounds)) || large_runs+=("$(wall "${ours[@]}" "$corpora/$large.yaml")")
done

# ---- verdict ----

small_median=$(median "${small_runs[@]}")
their_median=$(median "${their_runs[@]}")
large_median=$(median "${large_runs[@]}")
printf '%-12s %9s  %8s  %s\n' program documents 'median s' 'runs s'
row connpolicy $small "$small_median" "${small_runs[@]}"
row kubeconform $small "$their_median" "${their_runs[@]}"
row connpolicy $large "$large_median" "${large_runs[@]}"

# judge WHAT RATIO LIMIT, both in hundredths.
failed=0
judge() {
	local verdict=ok
	(($2 <= $3)) || verdict='TOO SLOW' failed=1
	printf '%s: %s, allowed %s: %s\n' "$1" "$(point 2 "$2")" "$(point 2 "$3")" "$verdict"
}
echo
judge "connpolicy / kubeconform at $small documents" "$(hundredths "$small_median" "$their_median")" $max_beside
judge "connpolicy at $large / at $small documents" "$(hundredths "$large_median" "$small_median")" $max_growth
exit $failed
