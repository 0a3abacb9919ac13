#!/bin/sh
# What devices play for themselves, under load. No part of the tests: figures are told, not asserted.
#
#   tests/load/playback.sh latency     tab to other tab
#   tests/load/playback.sh crowd       1,000 devices, 8 of them telling positions
#   tests/load/playback.sh wear [S]    bytes that reach the device in S seconds (600), on an ext4 of its own; as root
#
# Everything runs on loopback, in a folder of its own, bounded in time, and is ended by its pid.
set -eu
cd "$(dirname "$0")/../.."
bin=${HEARKEN_BIN:-target/release/hearken}
[ -x "$bin" ] || cargo build --release --locked
what=${1:-latency}
work=$(mktemp -d "${TMPDIR:-/tmp}/hearken-load.XXXXXX")
server="" disk=""
end() {
    [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
    [ -z "$disk" ] || umount "$work/state" || true
    rm -rf "$work"
}
trap end EXIT INT TERM
ulimit -n "$(ulimit -Hn)"
mkdir -p "$work/state" "$work/music"
if [ "$what" = wear ]; then
    truncate -s 256M "$work/disk"
    mkfs.ext4 -q -E lazy_itable_init=0,lazy_journal_init=0 "$work/disk"
    mount -o loop,noatime "$work/disk" "$work/state"
    disk=$(basename "$(findmnt -n -o SOURCE "$work/state")")
    echo 1 >"/sys/block/$disk/queue/iostats" # off by default on some kernels, and then everything counts as nothing
fi
"$bin" serve --listen 127.0.0.1:0 --audio-dir "$work/music" --state-dir "$work/state" --no-mdns --json >"$work/out" 2>"$work/log" &
server=$!
until grep -q ready "$work/out"; do sleep 0.05; done
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$work/out")
code=$(sed 's/.*"pairingCode":"\([^"]*\)".*/\1/' "$work/out")
case "$what" in
latency) python3 tests/load/playback.py latency "$code" "$url" ;;
crowd) python3 tests/load/playback.py crowd "$code" "$url" "$server" ;;
wear) python3 tests/load/playback.py wear "$code" "$url" "${2:-600}" "/sys/block/$disk/stat" ;;
*) sed -n 2,8p "$0" && exit 2 ;;
esac
