#!/bin/sh
# Installs what building and testing need, on Debian, as root or by sudo; elsewhere it names what is missing.
#   setup.sh npm     node and npm, for the page's library
#   setup.sh test    that, and browsers, ffmpeg, avahi, zbar, certutil, strace, faketime and terminals for the tests
#   setup.sh skew    chromium, and a sound system that can be recorded
#   setup.sh deb     what `make deb-test` needs: a Debian in a container, lintian, qemu, zsh and fish
#   setup.sh arm64   Debian's own compiler and libraries for arm64, 380 MB; adds the architecture
set -eu

missing=""
need() { # need COMMAND PACKAGE...
    command -v "$1" >/dev/null 2>&1 || { shift; missing="$missing $*"; }
}

need node nodejs
need npm npm
need cc build-essential
if [ "${1:-}" = test ]; then
    need python3 python3
    need ffmpeg ffmpeg
    need chromium chromium
    need zbarimg zbar-tools
    need certutil libnss3-tools
    # WebKit, the engine of iPhones: 38 MB to fetch, 154 MB on the disk; the second package is how it plays files.
    need WebKitWebDriver webkit2gtk-driver gstreamer1.0-plugins-good
    # Firefox: 80 MB to fetch, 309 MB on the disk, 24 s to install; and a sound card for it, which it does not play without.
    need firefox-esr firefox-esr
    need pulseaudio pulseaudio
    need pactl pulseaudio-utils
    need ip iproute2
    [ -x /usr/sbin/avahi-daemon ] || missing="$missing avahi-daemon dbus"
    need avahi-browse avahi-utils
    need xterm xterm fonts-dejavu-core xfonts-base
    need Xvfb xvfb
    need import imagemagick
    /usr/bin/python3 -c 'import zeroconf' 2>/dev/null || missing="$missing python3-zeroconf"
    need curl curl
    need openssl openssl
    need strace strace
    ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 || missing="$missing faketime"
fi
if [ "${1:-}" = skew ]; then
    need chromium chromium
    need pulseaudio pulseaudio
    need pactl pulseaudio-utils
    need python3 python3
    /usr/bin/python3 -c 'import numpy' 2>/dev/null || missing="$missing python3-numpy"
fi
if [ "${1:-}" = deb ]; then
    need python3 python3
    need curl curl
    need lintian lintian
    need mmdebstrap mmdebstrap arch-test
    need systemd-nspawn systemd-container
    need qemu-aarch64-static qemu-user-static
    need zsh zsh
    need fish fish
    [ -e /usr/aarch64-linux-gnu/lib/libgcc_s.so.1 ] || missing="$missing libc6-arm64-cross libgcc-s1-arm64-cross"
fi
if [ "${1:-}" = arm64 ]; then
    need aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu libc6-dev-arm64-cross
    ls /usr/lib/rustlib/aarch64-unknown-linux-gnu/lib/libstd-*.rlib >/dev/null 2>&1 ||
        missing="$missing rustc-web cargo-web libstd-rust-web-dev:arm64"
fi
[ "${1:-}" = arm64 ] || command -v cargo >/dev/null 2>&1 || {
    echo "Rust is missing: install it from https://rustup.rs, or Debian's cargo-web and rustc-web" >&2
    exit 1
}
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ]; then as_root=""; else as_root="sudo"; fi
if ! command -v apt-get >/dev/null 2>&1 || { [ -n "$as_root" ] && ! command -v sudo >/dev/null 2>&1; }; then
    echo "please install:$missing" >&2
    exit 1
fi
echo "installing:$missing"
case "$missing" in *:arm64*) $as_root dpkg --add-architecture arm64 ;; esac
$as_root apt-get update -qq
# shellcheck disable=SC2086 # one word each
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
