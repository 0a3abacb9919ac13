#!/usr/bin/env bash
# Coverage-guided fuzzing of the targets that are named, else of all: FUZZ_SECONDS for each (`make fuzz-guided`). What goes a new
# way is gathered in target/guided/work/<target>/corpus, from run to run. With KEEP=1 nothing is varied: the few finds that reach
# most are copied into tests/fuzz/corpus (keep.py). Needs a C++ compiler, and no nightly.
set -euo pipefail
cd "$(dirname "$0")"
built="$PWD/../../../target/guided"
host=$(rustc -vV | sed -n 's/^host: //p')

# What clang's -fsanitize=fuzzer asks of LLVM, asked of rustc's.
sancov=-sanitizer-coverage
RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=$sancov-level=4 -Cllvm-args=$sancov-inline-8bit-counters"
export RUSTFLAGS="$RUSTFLAGS -Cllvm-args=$sancov-pc-table -Cllvm-args=$sancov-trace-compares"

cp ../../../Cargo.lock Cargo.lock
nice -n 12 cargo build --release --quiet --target "$host" --target-dir "$built"
guided="$built/$host/release/guided"

# Panics that the house catches are no news, and looking up where they came from takes 120 MB.
export RUST_BACKTRACE=0
# A run that is ended leaves its temporary files here.
TMPDIR=$(mktemp -d)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT

mapfile -t all < <(sed -n '/^targets! {/,/^}/s/^    \([a-z0-9_]*\):.*/\1/p' ../main.rs)
for target in ${*:-${all[@]}}; do
	work="$built/work/$target"
	kept="$PWD/../corpus/$target"
	mkdir -p "$work/corpus" "$kept"
	export FUZZ_TARGET="$target" FUZZ_DIR="$work"
	if [ -n "${KEEP:-}" ]; then
		rm -rf "$work/merged" "$work/ways" && mkdir "$work/merged"
		nice -n 12 "$guided" -set_cover_merge=1 -merge_control_file="$work/ways" -timeout=5 -rss_limit_mb=1024 \
			"$work/merged" "$work/seeds" "$kept" "$work/corpus" >"$work/log" 2>&1
		python3 keep.py "$work/ways" "$kept"
	else
		echo "$target: ${FUZZ_SECONDS:-120} s"
		nice -n 15 "$guided" -max_total_time="${FUZZ_SECONDS:-120}" -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 \
			-dict="$work/words" -artifact_prefix="$work/" "$work/corpus" "$work/seeds" "$kept" >"$work/log" 2>&1 ||
			{ tail -n 40 "$work/log"; echo "$target: the input is kept in $work"; failed="${failed:-} $target"; }
		grep -E 'INITED|DONE' "$work/log" || true
	fi
	rmdir --ignore-fail-on-non-empty "$kept"
done
[ -z "${failed:-}" ] || { echo "failed:$failed"; exit 1; }
