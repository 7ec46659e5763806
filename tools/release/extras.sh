#!/usr/bin/env bash
# Writes what a release carries beside the program, as the program itself prints it: completions
# for four shells, and the man page. Usage, at the root of the checkout: extras.sh DIRECTORY
set -euo pipefail
dir=${1:?name the directory to write to}
umask 022
rm -rf "$dir"
mkdir -p "$dir/completions" "$dir/man"
program=$dir/connpolicy
go build -trimpath -o "$program" .
"$program" completion bash >"$dir/completions/connpolicy.bash"
"$program" completion zsh >"$dir/completions/_connpolicy"
"$program" completion fish >"$dir/completions/connpolicy.fish"
"$program" completion powershell >"$dir/completions/connpolicy.ps1"
"$program" man >"$dir/man/connpolicy.1"
rm "$program"
