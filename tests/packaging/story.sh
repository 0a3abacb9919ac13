#!/bin/sh
# The life of the package on a Debian that runs systemd: installed, used, upgraded, removed, installed again, purged.
# Runs inside the machine that deb.sh boots; one line a fact, and the number of facts that did not hold.
set -u
cd /test || exit 1
failed=0

# fact "words" COMMAND...: the command succeeds.
fact() {
    words=$1
    shift
    if told=$("$@" 2>&1); then
        echo "ok    $words"
    else
        failed=$((failed + 1))
        echo "FAIL  $words: $*"
        echo "$told" | sed 's/^/      | /'
    fi
}

# within SECONDS COMMAND...: it succeeds before that.
within() {
    left=$(($1 * 10))
    shift
    until "$@" >/dev/null 2>&1; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || { "$@"; return 1; }
        sleep 0.1
    done
}

says() { # says PATTERN COMMAND...
    pattern=$1
    shift
    "$@" 2>&1 | tee /tmp/said | grep -qE -- "$pattern" || { cat /tmp/said; return 1; }
}

install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -o Dpkg::Options::=--force-confold "$@"; }
property() { systemctl show --value -p "$1" hearken.service; }
is() { [ "$(property "$1")" = "$2" ]; }
running() { [ "$(systemctl is-active hearken)" = active ]; }
healthy() { curl -fsS --max-time 5 http://127.0.0.1:8642/healthz | grep -q '"ok":true'; }
as() { # as USER COMMAND...
    user=$1
    shift
    runuser -u "$user" -- env HOME="/home/$user" "$@"
}
not() { ! "$@"; }
# That there is no music yet may be said.
grumbles() { journalctl -q -u hearken -p warning -o cat | grep -v ^library:; }

# The address of a network card, as a Raspberry Pi has one.
ip link set host0 name eth0 && ip addr add 192.168.77.2/24 dev eth0 && ip link set eth0 up

echo "== installed"
fact "apt installs it, and says how to go on" says 'show the QR that pairs a phone: sudo hearken qr' install ./one.deb
fact "and where it is" says '^address: http://192.168.77.2:8642' cat /tmp/said
fact "it runs" running
fact "and at each start of the machine" says enabled systemctl is-enabled hearken
fact "it answers over http" within 10 healthy
fact "with the page" says '<html' curl -fsS http://127.0.0.1:8642/
fact "as a user of its own" says '^hearken$' ps -o user= -p "$(property MainPID)"
fact "its state is for nobody else" says '^hearken hearken 750$' stat -c '%U %G %a' /var/lib/hearken
fact "the unit is sound" systemd-analyze verify --man=no /usr/lib/systemd/system/hearken.service
fact "exposure at most 2.0" systemd-analyze security --offline=true --threshold=20 /usr/lib/systemd/system/hearken.service
systemd-analyze security --offline=true /usr/lib/systemd/system/hearken.service 2>/dev/null | tail -n 1
fact "sysusers made the group" says hearken getent group hearken
fact "the manual page is there" test -s /usr/share/man/man1/hearken.1.gz
fact "nothing in its journal is a warning" not grumbles

echo "== paired"
useradd -m -G hearken pi
useradd -m guest
useradd -m phone
fact "somebody of the group needs no pairing" as pi hearken status
fact "a guest is told what to do" says 'usermod -aG hearken' as guest hearken status
code=$(hearken --json pair | sed -n 's/.*"code":"\([0-9]*\)".*/\1/p')
fact "a code is shown" test ${#code} = 6
fact "it pairs" as phone hearken --host 192.168.77.2 pair "$code" --name "Kitchen phone"
fact "then commands are taken" as phone hearken --host 192.168.77.2 status
fact "the QR is drawn" says '█|▀|▄' hearken qr

echo "== with music"
mkdir -p /srv/music
cp music/1.wav /srv/music/
fact "a scan finds a new file" hearken scan
fact "it is in the queue" within 20 says First hearken queue list
hearken simulate --listeners 2 --seconds 8 --rate 0.01 >/tmp/simulated 2>&1 &
simulated=$!
fact "it is played" hearken play
fact "to those who listen" within 10 says '^playing .*First' hearken status
wait "$simulated"
id=$(hearken --json queue list | grep -oE '"trackId":"[^"]*"' | head -n 1 | cut -d '"' -f 4)
fact "its bytes are served as they are" sh -c "curl -fsS --unix-socket /run/hearken/local.sock http://here/file/$id | cmp - music/1.wav"

echo "== kept alive"
pid=$(property MainPID)
cp music/2.wav /srv/music/
fact "reload" systemctl reload hearken
fact "keeps it running" is MainPID "$pid"
fact "and looks for music" within 20 says Second hearken queue list
mkdir -p /run/systemd/system/hearken.service.d
printf '[Service]\nWatchdogSec=3\n' >/run/systemd/system/hearken.service.d/watchdog.conf
systemctl daemon-reload && systemctl restart hearken
fed=$(property WatchdogTimestampMonotonic)
fact "the watchdog is fed" within 10 sh -c "[ \"\$(systemctl show --value -p WatchdogTimestampMonotonic hearken)\" != $fed ]"
fed=$(property WatchdogTimestampMonotonic)
fact "again and again" within 10 sh -c "[ \"\$(systemctl show --value -p WatchdogTimestampMonotonic hearken)\" != $fed ]"
kill -STOP "$(property MainPID)"
fact "what hangs is started anew" within 30 is NRestarts 1
fact "and answers" within 20 healthy
rm -r /run/systemd/system/hearken.service.d
systemctl daemon-reload && systemctl restart hearken
kill -KILL "$(property MainPID)"
fact "what is killed is started anew" within 20 sh -c 'systemctl is-active -q hearken && curl -fs http://127.0.0.1:8642/healthz'
before=$(date +%s%3N)
fact "it stops" systemctl stop hearken
after=$(date +%s%3N)
fact "within 5 s ($((after - before)) ms)" test $((after - before)) -le 5000
fact "in peace" is Result success
systemctl start hearken

echo "== a mistake in config.toml"
cp /etc/hearken/config.toml /tmp/config.toml
echo 'lisen = "0.0.0.0:80"' >>/etc/hearken/config.toml
systemctl restart hearken 2>/dev/null
fact "is not tried again and again" within 10 is ActiveState failed
fact "is in the journal, with what was meant" says 'did you mean "listen"' journalctl -q -u hearken -o cat
cp /tmp/config.toml /etc/hearken/config.toml
systemctl reset-failed hearken
fact "is mended" systemctl start hearken

echo "== upgraded"
sed -i 's/^#name = .*/name = "attic"/' /etc/hearken/config.toml
devices=$(hearken --json devices list)
queue=$(hearken --json queue list)
pid=$(property MainPID)
fact "the newer one is installed" install ./two.deb
fact "it runs" running
fact "anew" not is MainPID "$pid"
fact "the edited settings are kept" grep -qx 'name = "attic"' /etc/hearken/config.toml
fact "the new ones lie beside" grep -q 'a newer manual' /etc/hearken/config.toml.dpkg-dist
fact "the devices are known" test "$(hearken --json devices list)" = "$devices"
fact "the queue stands" test "$(hearken --json queue list)" = "$queue"
fact "a paired machine gets in" within 10 as phone hearken --host 192.168.77.2 status
systemctl stop hearken
fact "installed once more while it is stopped" install --reinstall ./two.deb
fact "it stays stopped" not running
systemctl disable -q hearken
fact "and while it is disabled" install --reinstall ./two.deb
fact "it stays disabled" says disabled systemctl is-enabled hearken
systemctl enable -q --now hearken

echo "== removed"
fact "apt removes it" apt-get remove -y hearken
fact "nothing runs" not pgrep -x hearken
fact "the program is gone" test ! -e /usr/bin/hearken
fact "what it remembers stays" test -s /var/lib/hearken/hearken.db
fact "the settings stay" grep -qx 'name = "attic"' /etc/hearken/config.toml
fact "the music stays" cmp music/1.wav /srv/music/1.wav
fact "installed again" install ./two.deb
fact "it runs" running
fact "the devices are known" test "$(hearken --json devices list)" = "$devices"
fact "a paired machine gets in" within 10 as phone hearken --host 192.168.77.2 status

echo "== purged"
mkdir -p /var/lib/hearken/mine
cp music/1.wav /var/lib/hearken/mine/
fact "apt purges it" apt-get purge -y hearken
fact "the settings are gone" test ! -e /etc/hearken
fact "music that somebody put into its state stays, alone" says '^/var/lib/hearken/mine/1.wav$' find /var/lib/hearken -type f
fact "the music stays" cmp music/2.wav /srv/music/2.wav
rm -r /var/lib/hearken
fact "nothing else is left" not says . find / -xdev -name '*hearken*' -not -path '/test/*' -not -path '/home/*' -not -path '/proc/*' -not -path '/sys/*'
fact "no service is broken by it" not says hearken systemctl --failed

echo "$failed facts did not hold"
echo "$failed" >/test/failed
