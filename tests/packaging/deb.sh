#!/bin/sh
# The package in a fresh Debian with its own systemd: `make deb-test`. Needs root, and namespaces that may be made.
#   deb.sh PACKAGE.deb
# The Debian is made once and kept in .run/roots; remove that to get a newer one.
set -eu
cd "$(dirname "$0")/../.."
deb=$(realpath "$1")

skip() { echo "skipped: $*" >&2; exit 0; }
[ "$(id -u)" = 0 ] || skip "needs root, for a Debian in a container"
for tool in mmdebstrap systemd-nspawn lintian dpkg-deb python3; do
    command -v "$tool" >/dev/null || skip "$tool is missing: tests/setup.sh deb"
done

echo "== lintian"
lintian --allow-root --fail-on error,warning "$deb"
echo "ok    no errors, no warnings"

keep=.run/roots/amd64.tar
if [ ! -s "$keep" ]; then
    echo "== a fresh Debian, once"
    mkdir -p .run/roots
    mmdebstrap --quiet --variant=minbase --include=systemd,systemd-sysv,curl,iproute2,procps \
        --dpkgopt='path-exclude=/usr/share/locale/*' bookworm "$keep.part"
    mv "$keep.part" "$keep"
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/hearken-deb.XXXXXX")
cgroup=/sys/fs/cgroup/systemd/hearken-deb-$$
tidy() {
    rm -rf "$work"
    [ ! -d "$cgroup" ] || rmdir "$cgroup" 2>/dev/null || true
}
trap tidy EXIT
root=$work/root
mkdir "$root"
tar -C "$root" -xf "$keep"

# What the story needs: this package, a newer one with other settings, two short tracks.
test=$root/test
mkdir -p "$test/music"
cp "$deb" "$test/one.deb"
dpkg-deb -R "$deb" "$work/newer"
sed -i 's/^Version: .*/&+newer/' "$work/newer/DEBIAN/control"
echo '# a newer manual' >>"$work/newer/etc/hearken/config.toml"
dpkg-deb --root-owner-group -b "$work/newer" "$test/two.deb" >/dev/null
python3 tests/packaging/tracks.py "$test/music"
cp tests/packaging/story.sh "$test/"
cat >"$root/etc/systemd/system/story.service" <<'UNIT'
[Unit]
After=multi-user.target
SuccessAction=poweroff
FailureAction=poweroff

[Service]
Type=oneshot
ExecStart=/bin/sh /test/story.sh
StandardOutput=append:/test/told
StandardError=inherit
TimeoutStartSec=600
UNIT
mkdir -p "$root/etc/systemd/system/default.target.wants"
ln -s ../story.service "$root/etc/systemd/system/default.target.wants/"

# Inside a container without a systemd of its own, the new one gets a cgroup of its own.
boot() {
    if [ -d /sys/fs/cgroup/systemd ] && [ ! -d /run/systemd/system ]; then
        mkdir -p "$cgroup"
        sh -c "echo \$\$ >$cgroup/cgroup.procs; export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=0; exec \"\$@\"" sh "$@" --keep-unit
    else
        "$@"
    fi
}
boot timeout 900 systemd-nspawn --quiet -D "$root" --register=no --network-veth --console=read-only -b >"$work/console" 2>&1 ||
    [ -e "$test/told" ] || { tail -n 5 "$work/console"; skip "systemd-nspawn may not boot here"; }
cat "$test/told"
[ "$(cat "$test/failed" 2>/dev/null)" = 0 ]
