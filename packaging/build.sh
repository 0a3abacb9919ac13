#!/bin/sh
# Makes a Debian package in dist/.
#   build.sh            for this machine's architecture
#   build.sh arm64      for the Raspberry Pi, from any machine
#   build.sh --how      only says which of the three ways to arm64 it would take
# MAINTAINER="Jane Doe <jane@example.org>" names who answers for the package, instead of nobody.
# The metadata stands in Cargo.toml, [package.metadata.deb]; what is not Rust in packaging/ and systemd/.
set -eu
cd "$(dirname "$0")/.."

CARGO_DEB=3.8.0
# Raspberry Pi OS bookworm has glibc 2.36: a binary that asks for more does not start there.
GLIBC_MAX=2.36
ARM64=aarch64-unknown-linux-gnu
TOOLS=.run/tools
CARGO="${CARGO:-cargo}"

say() { echo "$*" >&2; }

# Which of the three ways to arm64 this machine has.
way() {
    if command -v cross >/dev/null && { docker info || podman info; } >/dev/null 2>&1; then
        echo cross
    elif command -v rustup >/dev/null && rustup target list --installed | grep -qx "$ARM64" && linker; then
        echo rustup
    elif [ -x /usr/bin/rustc ] && ls "$(/usr/bin/rustc --print target-libdir --target "$ARM64")"/libstd-*.rlib \
        >/dev/null 2>&1 && linker; then
        echo debian
    else
        echo none
    fi
}

linker() { command -v aarch64-linux-gnu-gcc >/dev/null; }

build_arm64() {
    export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
    case "$1" in
    cross) CROSS_CONFIG=cross.toml cross build --release --locked --target "$ARM64" ;;
    rustup) "$CARGO" build --release --locked --target "$ARM64" ;;
    debian) RUSTC=/usr/bin/rustc "$CARGO" build --release --locked --target "$ARM64" ;;
    none)
        say "No way to build for arm64 here. One of these is needed (docs/building.md):"
        say "  1. cross (cargo install cross) and a running docker or podman"
        say "  2. rustup's target, and Debian's linker:"
        say "       rustup target add $ARM64; apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross"
        say "  3. Debian's own compiler: tests/setup.sh arm64"
        exit 1
        ;;
    esac
}

# The highest version of glibc that the binary asks for.
glibc_of() {
    grep -aoE 'GLIBC_2\.[0-9]+' "$1" | sort -uV | tail -n 1 | cut -d_ -f2
}

check() { # check BINARY
    wants=$(glibc_of "$1")
    if [ "$(printf '%s\n' "$wants" "$GLIBC_MAX" | sort -V | tail -n 1)" != "$GLIBC_MAX" ]; then
        say "$1 needs glibc $wants, Raspberry Pi OS bookworm has $GLIBC_MAX: build on Debian 12, or by cross"
        exit 1
    fi
    say "$1: $(stat -c %s "$1") bytes, glibc $wants"
}

cargo_deb() {
    have=$("$TOOLS/bin/cargo-deb" --version 2>/dev/null || true)
    [ "$have" = "$CARGO_DEB" ] || "$CARGO" install --quiet cargo-deb --version "$CARGO_DEB" --locked --root "$TOOLS"
    # What the program is linked with, and under which licences.
    mkdir -p target/deb dist
    "$CARGO" tree --locked --edges normal --prefix none --format '{p}  {l}' | grep -v '^hearken ' | sed 's/ (\*)$//' |
        sort -u >target/deb/components
    # 0644 and 0755, whatever the umask of who builds.
    (umask 022 && "$TOOLS/bin/cargo-deb" --quiet --no-build --no-strip --output dist/ \
        ${MAINTAINER:+--maintainer "$MAINTAINER"} "$@")
}

case "${1:-}" in
--how) way ;;
arm64)
    build_arm64 "$(way)"
    check "target/$ARM64/release/hearken"
    cargo_deb --target "$ARM64"
    ;;
*)
    "$CARGO" build --release --locked
    check target/release/hearken
    cargo_deb
    ;;
esac
