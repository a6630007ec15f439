#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# usage: run.sh BUILD-FOLDER RUNS [TARGET...]
# Fuzzes the protocol's decoders (or the named targets) with libFuzzer under AddressSanitizer and UBSan, RUNS executions
# each, two at a time; says how long each took. What it finds, and the corpus it grows, stays in BUILD-FOLDER/fuzz-TARGET.
set -euo pipefail

build=$(realpath "$1"); runs=$2; shift 2
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(dtc-json dtc-compact dtc-binary dtc-vls dtc-framer)
here=$(realpath "$(dirname "$0")")
export LSAN_OPTIONS="suppressions=$here/../lsan.supp:print_suppressions=0"

ninja -C "$build" $(printf 'tests/fuzz/fuzz-%s-libfuzzer ' "${targets[@]}") >/dev/null

fuzz() {
  local corpus=$build/fuzz-$1 begin=$SECONDS
  mkdir -p "$corpus"
  if "$build/tests/fuzz/fuzz-$1-libfuzzer" -runs="$2" -max_len=1500 -artifact_prefix="$corpus-" \
       "$corpus" "$here/corpus-${1#dtc-}" >"$corpus.log" 2>&1; then
    echo "$1: $2 runs, $((SECONDS - begin)) s, nothing found"
  else
    echo "$1: FOUND something after $((SECONDS - begin)) s: $corpus.log"
    return 1
  fi
}
export -f fuzz
export build here
printf '%s\n' "${targets[@]}" | xargs -P 2 -I{} bash -c "fuzz {} $runs"
