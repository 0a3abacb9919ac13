#!/bin/sh
# The package for the Raspberry Pi, on a machine that is none: its program run by qemu-user, the package installed in
# a fresh arm64 Debian where the kernel lets root say who runs arm64 programs (binfmt_misc).
#   arm64.sh PACKAGE.deb
# Debian 12's qemu lacks IP_MULTICAST_IF, so mDNS is switched off; systemd does not run under it.
set -eu
cd "$(dirname "$0")/../.."
deb=$(realpath "$1")
qemu=/usr/bin/qemu-aarch64-static

skip() { echo "skipped: $*" >&2; exit 0; }
fail() { echo "FAIL  $*" >&2; exit 1; }
for tool in "$qemu" lintian dpkg-deb python3 curl; do
    command -v "$tool" >/dev/null || skip "$tool is missing: tests/setup.sh deb"
done

echo "== lintian"
lintian --allow-root --fail-on error,warning "$deb"
echo "ok    no errors, no warnings"
[ "$(dpkg-deb -f "$deb" Architecture)" = arm64 ] || fail "the package is not for arm64"

work=$(mktemp -d "${TMPDIR:-/tmp}/hearken-arm64.XXXXXX")
server=""
ours=""
tidy() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$ours" ] || echo -1 >/proc/sys/fs/binfmt_misc/qemu-aarch64
    rm -rf "$work"
}
trap tidy EXIT

# within SECONDS COMMAND...: it succeeds before that.
within() {
    left=$(($1 * 10))
    shift
    until "$@" >/dev/null 2>&1; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || return 1
        sleep 0.1
    done
}

echo "== the program, by qemu-user"
dpkg-deb -x "$deb" "$work/unpacked"
libraries=/usr/aarch64-linux-gnu
[ -e "$libraries/lib/libc.so.6" ] || skip "the arm64 libraries are missing: tests/setup.sh deb"
# Its loader and its C library must be of one piece, also where the machine has arm64 libraries of its own.
hearken() {
    HEARKEN_SOCKET="$work/state/local.sock" HEARKEN_RUNTIME_DIR="$work/state" timeout -s KILL "${patience:-60}" \
        "$qemu" -L "$libraries" -E "LD_LIBRARY_PATH=$libraries/lib" "$work/unpacked/usr/bin/hearken" "$@"
}
mkdir -p "$work/music" "$work/state"
python3 tests/packaging/tracks.py "$work/music"
patience=300 hearken --config "$work/unpacked/etc/hearken/config.toml" --json serve --no-mdns --listen 127.0.0.1:0 \
    --audio-dir "$work/music" --state-dir "$work/state" >"$work/told" 2>"$work/log" &
server=$!
within 60 grep -q '"ready":true' "$work/told" || { cat "$work/log"; fail "it does not start"; }
url=$(sed -n 's/.*"url":"\([^"]*\)".*/\1/p' "$work/told")
curl -fsS --max-time 20 "$url/healthz" | grep -q '"ok":true' || fail "it does not answer at $url"
echo "ok    it answers over http"
within 60 sh -c "curl -fsS --unix-socket '$work/state/local.sock' http://here/snapshot | grep trackId" || fail "it finds no music"
hearken scan
hearken queue list | grep -q Second || fail "the command line sees no music"
echo "ok    it finds music, and its command line speaks to it"
hearken play
hearken status
hearken qr >/dev/null
kill "$(cut -d ' ' -f 1 "$work/state/lock")"
wait "$server" || fail "it does not end in peace"
server=""
echo "ok    it ends in peace"

echo "== the package, in an arm64 Debian"
[ "$(id -u)" = 0 ] || skip "needs root, for a Debian of its own"
command -v mmdebstrap >/dev/null || skip "mmdebstrap is missing: tests/setup.sh deb"
binfmt=/proc/sys/fs/binfmt_misc
[ -e "$binfmt/register" ] || mount -t binfmt_misc binfmt_misc "$binfmt" 2>/dev/null || skip "no binfmt_misc in this kernel"
if [ ! -e "$binfmt/qemu-aarch64" ]; then
    cat /usr/lib/binfmt.d/qemu-aarch64.conf >"$binfmt/register" 2>/dev/null || skip "binfmt_misc may not be changed here"
    ours=yes
fi
keep=.run/roots/arm64.tar
if [ ! -s "$keep" ]; then
    echo "a fresh Debian, once"
    mkdir -p .run/roots
    mmdebstrap --quiet --variant=minbase --arch=arm64 --include=systemd --dpkgopt='path-exclude=/usr/share/locale/*' \
        bookworm "$keep.part"
    mv "$keep.part" "$keep"
fi
root=$work/root
mkdir "$root"
tar -C "$root" -xf "$keep"
cp "$deb" "$root/one.deb"
inside() { chroot "$root" env DEBIAN_FRONTEND=noninteractive "$@"; }
inside apt-get install -qq -y /one.deb >"$work/apt" 2>&1 || { cat "$work/apt"; fail "apt does not install it"; }
inside getent group hearken >/dev/null || fail "there is no group hearken"
inside hearken --version
inside hearken --config /etc/hearken/config.toml --json status 2>&1 | grep -q 'no hearken' || fail "the settings are not understood"
inside apt-get purge -qq -y hearken >"$work/apt" 2>&1 || { cat "$work/apt"; fail "apt does not purge it"; }
left=$(find "$root" -xdev -name '*hearken*' -not -path "$root/one.deb")
[ -z "$left" ] || fail "it leaves $left"
echo "ok    installed, run, purged"
