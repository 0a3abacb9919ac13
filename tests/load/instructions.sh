#!/bin/sh
# Instructions of each hot path, counted by valgrind: the figures are the same on a busy machine, so they show a trend.
# A Markdown table to stdout and to target/bench/instructions.md; docs/performance.md keeps the baseline.
set -eu
cd "$(dirname "$0")/../.."
command -v valgrind >/dev/null || { echo "valgrind is missing: make bench-peers" >&2; exit 1; }
cargo build --release --locked --example hotpaths
tool=target/release/examples/hotpaths place=target/bench
tracks=50000
mkdir -p "$place/library-$tracks"
[ -d "$place/music-$tracks/" ] || python3 tests/fixtures/many_tracks.py "$place/music-$tracks" $tracks
[ -f "$place/library-$tracks/.done" ] || {
    "$tool" prepare 0 "$place/library-$tracks" "$PWD/$place/music-$tracks"
    touch "$place/library-$tracks/.done"
}

count() { # count OPERATION TIMES: all instructions of a run
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$tool" "$1" "$2" "$place/library-$tracks" 2>&1 >/dev/null |
        awk '/Collected/ { print $4 }'
}
row() { # row OPERATION TIMES WHAT
    few=$(count "$1" 1) many=$(count "$1" $((1 + $2)))
    echo "| $3 | $(((many - few) / $2)) |"
}
{
    echo "| path | instructions each |"
    echo "|---|---:|"
    row head 1000 "a browser's request head is parsed"
    row parse 1000 "a command's JSON is understood"
    row decide 1000 "a seek is decided and applied (queue of 1,000)"
    row encode 1000 "its event is encoded, once for all sockets"
    row command 1000 "a seek's whole way but for the disk: decided, logged in memory, applied, published, read from the ring, answered"
    row compose 1000 "a batch of 16 events is composed for a view"
    row search 20 "two words are looked for in 50,000 tracks"
} | tee "$place/instructions.md"
