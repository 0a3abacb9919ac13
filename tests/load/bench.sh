#!/bin/sh
# How fast: fan-out to many sockets, small requests, files, scans. No part of the tests: speed is told, not asserted.
#
#   tests/load/bench.sh            all
#   tests/load/bench.sh fanout     one of: fanout, requests, files, library
#
# Beside nginx where it is installed, alternating in the same run: on a shared machine only ratios count. Everything runs on
# loopback, in a folder of its own, bounded in time, and is ended by its pid.
set -eu
cd "$(dirname "$0")/../.."
bin=target/release/hearken
[ -x "$bin" ] || cargo build --release --locked
work=$(mktemp -d "${TMPDIR:-/tmp}/hearken-bench.XXXXXX")
server="" nginx=""
end() {
    for pid in $server $nginx; do kill "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap end EXIT INT TERM
ulimit -n "$(ulimit -Hn)"

serve() { # serve MUSIC: starts the appliance, sets url, code, token, HEARKEN_SOCKET
    rm -rf "$work/state" "$work/out"
    mkdir -p "$work/state"
    begun=$(date +%s%N)
    "$bin" serve --listen 127.0.0.1:0 --audio-dir "$1" --state-dir "$work/state" --no-mdns --trust-loopback --json \
        >"$work/out" 2>"$work/log" &
    server=$!
    until grep -q ready "$work/out"; do sleep 0.01; done
    ready_ms=$((($(date +%s%N) - begun) / 1000000))
    url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$work/out")
    HEARKEN_SOCKET="$work/state/local.sock"
    export HEARKEN_SOCKET
}
stop() {
    kill "$server" && wait "$server" 2>/dev/null || true
    server=""
}
status() { awk -v key="$1:" '$1 == key { print $2 }' "/proc/$server/status"; }
cpu() { awk '{ print $14 + $15 }' "/proc/$server/stat"; }
music() {
    [ -d "$work/music" ] || python3 tests/fixtures/demo_library.py "$work/music" >/dev/null
    serve "$work/music"
}

fanout() {
    echo "== fan-out: durable commands at 10/s, 1,000 sockets (100 devices, 10 each)"
    music
    before=$(status VmRSS)
    "$bin" simulate --listeners 100 --tabs 10 --seconds 20 --rate 10 >"$work/sim" 2>/dev/null &
    sim=$!
    sleep 12
    rss=$(status VmRSS)
    ticks=$(cpu)
    wait "$sim" || true
    cat "$work/sim"
    echo "resident: $before kB before, $rss kB with 1,000 sockets: $(((rss - before) / 1000)) kB each"
    echo "server's CPU until then: $ticks ticks of 10 ms"
    stop
}

requests() {
    echo "== small GETs, keep-alive"
    command -v wrk >/dev/null || { echo "wrk is missing: apt-get install wrk"; return; }
    music
    for connections in 8 64; do
        wrk -t2 -c"$connections" -d5s --latency "$url/healthz" | awk -v n="$connections" \
            '/99%/ { p99 = $2 } /Requests\/sec/ { print n " connections: " $2 " requests/s, p99 " p99 }'
    done
    stop
}

files() {
    echo "== a file of 50 MB, one connection (sendfile)"
    mkdir -p "$work/big"
    python3 - "$work/big/big.wav" <<'PY'
import os, struct, sys
size = 50 * 1024 * 1024
with open(sys.argv[1], "wb") as out:
    out.write(b"RIFF" + struct.pack("<I", size + 36) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 2, 44100, 176400, 4, 16))
    out.write(b"data" + struct.pack("<I", size))
    for _ in range(50):
        out.write(os.urandom(1024 * 1024))
PY
    serve "$work/big"
    until id=$(curl -s "$url/index" | sed -n 's/.*"trackId":"\([^"]*\)".*/\1/p') && [ -n "$id" ]; do sleep 0.1; done
    for _ in 1 2 3 4 5; do
        curl -s -o /dev/null -w '%{speed_download}\n' "$url/file/$id"
    done | awk '{ printf "%.2f GB/s ", $1 / 1e9 } END { print "" }'
    stop
}

library() {
    echo "== library: 10,000 tagged tracks"
    python3 tests/fixtures/many_tracks.py "$work/many" 10000 >/dev/null
    serve "$work/many"
    echo "first start answers after $ready_ms ms"
    until curl -s "$url/healthz" >/dev/null && grep -q 'library: ' "$work/log"; do sleep 0.05; done
    echo "$(grep -m1 'library: ' "$work/log"), $((($(date +%s%N) - begun) / 1000000)) ms after the start"
    curl -s -o /dev/null -w 'index: %{size_download} bytes in %{time_total} s\n' --compressed "$url/index"
    curl -s -o /dev/null -w 'search: %{time_total} s\n' "$url/search?q=a"
    echo "resident: $(status VmRSS) kB"
    kill "$server" && wait "$server" 2>/dev/null || true
    begun=$(date +%s%N)
    : >"$work/out"
    "$bin" serve --listen 127.0.0.1:0 --audio-dir "$work/many" --state-dir "$work/state" --no-mdns --trust-loopback --json \
        >"$work/out" 2>"$work/log" &
    server=$!
    until grep -q ready "$work/out"; do sleep 0.005; done
    echo "second start, 10,000 known: answers after $((($(date +%s%N) - begun) / 1000000)) ms"
    until grep -q 'library: ' "$work/log"; do sleep 0.02; done
    echo "rescan unchanged: $((($(date +%s%N) - begun) / 1000000)) ms after the start; resident $(status VmRSS) kB"
    stop
}

case "${1:-all}" in
all) fanout && requests && files && library ;;
fanout | requests | files | library) "$1" ;;
*) sed -n 2,9p "$0" && exit 2 ;;
esac
