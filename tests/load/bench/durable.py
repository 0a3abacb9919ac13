"""Commands that are on the disk before anybody sees them."""
import json
import os
import struct
import subprocess
import tempfile
import urllib.request
from pathlib import Path

from servers import PLACE, Hearken, load, until
from table import Row, at_least_of, at_most, at_most_of

EVENTS = 4000
FILE_EVENTS = 400
SMALL = 4096  # bytes of a small state in one JSON file

ROWS = [
    Row("durable", "durable commands/s, 8 clients, 64 under way", "1/s", "≥ 10 × a JSON file", at_least_of("JSON file 4 KiB", 10),
        low_is_good=False, digits=0),
    Row("durable_8", "the same, one under way for each client", "1/s", low_is_good=False, digits=0),
    Row("tabs", "tab → other tab, `playback:updated`, p50", "ms", "≤ 5", at_most(5), digits=2),
    Row("command", "durable command → other device, p50", "ms", "≤ one fsync + 1 ms",
        lambda ours, peers: ours <= peers["one fsync"] + 1, digits=2),
    Row("command_1000", "durable command → last of 1,000 sockets at 10/s, p50", "ms", digits=1),
    Row("bytes", "device bytes per 1,000 events, 16 under way", "kB", "≤ 1/20 of a JSON file",
        at_most_of("JSON file 4 KiB", 0.05), digits=0),
]


def durable(table, seconds=3):
    with Hearken() as server:
        tokens = ",".join(server.pair(f"device {nth}") for nth in range(8))
        table.add("durable", "hearken", server.load("durable", tokens=tokens, window=64, secs=seconds)["perSecond"])
        table.add("durable_8", "hearken", server.load("durable", tokens=tokens, window=8, secs=seconds)["perSecond"])
    for name, size in (("JSON file 4 KiB", SMALL), ("JSON file 512 KiB", 512 * 1024)):
        with tempfile.TemporaryDirectory(dir=PLACE) as folder:
            table.add("durable", name, load("jsonfile", dir=folder, size=size, secs=2)["perSecond"])


def echo(table, count=300):
    with Hearken() as server:
        told = server.load("echo", token=server.pair("phone"), count=count, dir=server.folder)
        table.add("tabs", "hearken", told["p50Ms"])
        table.add("tabs", "one fsync", told["syncP50Ms"])
    with Hearken(an_hour()) as server:
        server.wait_scanned()
        one, other, guard = paused(server)
        told = server.load("echo", token=one, other=other, guard=guard, count=count, dir=server.folder)
        table.add("command", "hearken", told["p50Ms"])
        table.add("command", "one fsync", told["syncP50Ms"])
    with Hearken(an_hour()) as server:
        server.wait_scanned()
        one, other, guard = paused(server)
        told = server.load("echo", token=one, other=other, guard=guard, count=40, n=1000, pause=80, dir=server.folder)
        table.add("command_1000", "hearken", told["p50Ms"])


def an_hour():
    """A folder with one track, long enough to be sought in second by second; it takes no room."""
    path = PLACE / "hour" / "hour.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 3600 * 176_400
    with open(path, "wb") as file:
        file.write(b"RIFF" + struct.pack("<I", size + 36) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 2, 44100, 176400, 4, 16))
        file.write(b"data" + struct.pack("<I", size))
        file.truncate(size + 44)
    return path.parent


def paused(server):
    """Two devices, and a session that stands still somewhere in a track."""
    one, other = server.pair("one"), server.pair("other")
    # The first queue of a house is its library.
    guard = until("the queue is there", lambda: server.ask("GET", "/snapshot", token=one)["eventCount"])
    for path in ("/play", "/pause"):
        guard = command(server, path, {}, guard, one)
    return one, other, guard


def command(server, path, body, guard, token):
    headers = {"Authorization": f"Bearer {token}", "If-Match-Event": str(guard)}
    request = urllib.request.Request(f"http://{server.address}{path}", json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["eventCount"]


class Disk:
    """An ext4 of its own on a loop device, whose sectors are counted."""

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="disk-", dir=PLACE))
        image, self.mount = self.folder / "image", self.folder / "mount"
        self.mount.mkdir()
        with open(image, "wb") as file:
            file.truncate(256 * 1024 * 1024)
        subprocess.run(["mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", image], check=True)
        subprocess.run(["mount", "-o", "loop,noatime", image, self.mount], check=True)
        source = subprocess.run(["findmnt", "-n", "-o", "SOURCE", self.mount], capture_output=True, text=True).stdout.strip()
        self.device = Path("/sys/block") / Path(source).name
        # Off by default on some kernels, and then everything counts as nothing.
        (self.device / "queue/iostats").write_text("1")
        return self

    def kilobytes(self):
        subprocess.run(["sync", "-f", self.mount], check=True)
        return int((self.device / "stat").read_text().split()[6]) * 512 / 1000

    def __exit__(self, *_):
        subprocess.run(["umount", self.mount], check=False)
        subprocess.run(["rm", "-rf", self.folder], check=False)


def wear(table):
    if os.geteuid() != 0:
        return table.note("skipped: device bytes need root, for a loop device")
    with Disk() as disk:
        with Hearken(state=disk.mount / "state") as server:
            tokens = ",".join(server.pair(f"device {nth}") for nth in range(8))
            server.load("durable", tokens=tokens, window=16, count=EVENTS)  # the journal gets its size
            before = disk.kilobytes()
            server.load("durable", tokens=tokens, window=16, count=EVENTS)
            table.add("bytes", "hearken", (disk.kilobytes() - before) / EVENTS * 1000)
        for name, size in (("JSON file 4 KiB", SMALL), ("JSON file 512 KiB", 512 * 1024)):
            before = disk.kilobytes()
            load("jsonfile", dir=disk.mount, size=size, count=FILE_EVENTS)
            table.add("bytes", name, (disk.kilobytes() - before) / FILE_EVENTS * 1000)
