#!/bin/sh
# Installs hearken's peers for `make bench`, from Debian, npm and PyPI alone, and says what it could not. What is not there
# is skipped by the bench, with a line. Nothing is started: Debian's services stay off, the bench runs each for itself.
set -u
cd "$(dirname "$0")/../.."
place=$PWD/target/bench
mkdir -p "$place/node" || exit 1

if [ "$(id -u)" = 0 ]; then as_root=""; else as_root="sudo"; fi
debian() { # debian COMMAND-OR-FILE PACKAGE WHAT-FOR
    command -v "$1" >/dev/null 2>&1 || [ -e "$1" ] || {
        # A policy for the time of the installation: peers are not to run beside what is measured.
        DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 $as_root apt-get install -y -qq --no-install-recommends "$2" >/dev/null 2>&1 ||
            { $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 $as_root apt-get install -y -qq \
                --no-install-recommends "$2"; } >/dev/null 2>&1 ||
            echo "not installed: $2 ($3)"
    }
}
debian nginx nginx "files, small requests"
debian /usr/lib/nginx/modules/ngx_nchan_module.so libnginx-mod-nchan "fan-out"
debian nats-server nats-server "fan-out"
debian mpd mpd "scans, memory"
debian snapserver snapserver "memory"
debian mkfs.ext4 e2fsprogs "device bytes"
debian node nodejs "fan-out by ws"
debian npm npm "fan-out by ws"
debian valgrind valgrind "make bench-instructions"

[ -d "$place/node/node_modules/ws" ] || (cd "$place/node" && npm install --silent --no-audit --no-fund ws@8 >/dev/null 2>&1) ||
    echo "not installed: ws from npm (fan-out)"

if [ ! -x "$place/python/bin/uvicorn" ]; then
    { python3 -m venv "$place/python" && "$place/python/bin/pip" install --quiet fastapi uvicorn websockets uvloop httptools; } \
        >/dev/null 2>&1 || echo "not installed: fastapi from PyPI (fan-out)"
fi
exit 0
