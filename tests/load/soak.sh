#!/bin/sh
# A house under its people for a long time: is memory flat, does a thread leak, is an event lost?
#
#   tests/load/soak.sh [MINUTES]     60, unless given; LISTENERS=200 RATE=2 CHURN=20
#
# Serves, lets synthetic listeners come, go and come back, and samples the server each 10 s. At the end it prints what the
# simulation found and each figure's smallest, median and largest of the first and of the last quarter. It fails if an event
# was lost or came twice, or if a last median is out of proportion: 10 % and 4 MiB more memory, 8 more threads or descriptors.
# The samples are kept in .run/soak.csv. Everything runs on loopback, in a folder of its own, and is ended by its pid.
set -eu
cd "$(dirname "$0")/../.."
bin=${HEARKEN_BIN:-target/release/hearken}
[ -x "$bin" ] || cargo build --release --locked
minutes=${1:-60}
listeners=${LISTENERS:-200}
work=$(mktemp -d "${TMPDIR:-/tmp}/hearken-soak.XXXXXX")
server="" crowd=""
end() {
    for pid in $crowd $server; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap end EXIT INT TERM
ulimit -n "$(ulimit -Hn)"
mkdir -p "$work/state" "$work/music" .run
export HEARKEN_CONFIG="$work/none.toml" HOME="$work"
: >"$work/none.toml"
python3 tests/fixtures/demo_library.py "$work/music" >/dev/null
"$bin" serve --listen 127.0.0.1:0 --audio-dir "$work/music" --state-dir "$work/state" --no-mdns --json >"$work/out" 2>"$work/log" &
server=$!
waited=0
until grep -qs ready "$work/out"; do
    [ "$waited" -lt 200 ] && kill -0 "$server" || { cat "$work/log" >&2; exit 1; }
    waited=$((waited + 1))
    sleep 0.1
done
address=$(sed 's/.*"url":"http:..\([^"]*\)".*/\1/' "$work/out")
code=$(sed 's/.*"pairingCode":"\([^"]*\)".*/\1/' "$work/out")
echo "$listeners listeners for $minutes minutes, each losing its connection every ${CHURN:-20} s or so"
"$bin" simulate --host "$address" --code "$code" --listeners "$listeners" --minutes "$minutes" --rate "${RATE:-2}" \
    --churn "${CHURN:-20}" --json >"$work/verdict" 2>"$work/crowd" &
crowd=$!

samples=.run/soak.csv
echo "seconds,rss_kib,threads,descriptors" >"$samples"
begun=$(date +%s)
while kill -0 "$crowd" 2>/dev/null; do
    sleep 10
    kill -0 "$server" 2>/dev/null || { echo "the server has ended:" && cat "$work/log" && exit 1; } >&2
    kill -0 "$crowd" 2>/dev/null || break
    awk -v at=$(($(date +%s) - begun)) -v open="$(ls "/proc/$server/fd" | wc -l)" \
        '/^VmRSS/ { rss = $2 } /^Threads/ { threads = $2 } END { print at "," rss "," threads "," open }' \
        "/proc/$server/status" >>"$samples"
done
found=0
wait "$crowd" || found=$?
crowd=""
echo
echo "the simulation's verdict:"
cat "$work/verdict"
[ "$found" = 0 ] || { tail -5 "$work/crowd" "$work/log" >&2; }
python3 tests/load/soak.py "$samples" || found=1
grep -E "panicked|error" "$work/log" && found=1
[ "$found" = 0 ] && echo "flat, and nothing lost" || echo "NOT well"
exit "$found"
