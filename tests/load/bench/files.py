"""Plain HTTP: a large file, small answers, connections that only stay; and how large the program is."""
import os
import struct
from contextlib import ExitStack
from statistics import median

from servers import BINARY, PLACE, ROOT, Hearken, Nginx, TinyHttp
from table import Row, at_least_of, at_most

BIG = 50 * 1024 * 1024
SMALL = ROOT / "static/manifest.webmanifest"

ROWS = [
    Row("download", "a file of 50 MB, one connection", "GB/s", "≥ 0.9 × nginx", at_least_of("nginx", 0.9), low_is_good=False, digits=2),
    Row("get_8", "small file, 8 keep-alive connections", "1/s", "≥ nginx", at_least_of("nginx", 1), low_is_good=False, digits=0),
    Row("get_64", "small file, 64 keep-alive connections", "1/s", "≥ nginx", at_least_of("nginx", 1), low_is_good=False, digits=0),
    Row("get_64_p99", "the same, p99", "ms", "≤ 5", at_most(5)),
    Row("health_8", "`/healthz`, which asks the writer, 8 connections", "1/s", low_is_good=False, digits=0),
    Row("held_mb", "500 idle keep-alive connections, resident memory", "MB", "≤ 14", at_most(14)),
    Row("held_threads", "threads for each of them", "", "≤ 1", at_most(1), digits=2),
    Row("held_files", "descriptors for each of them", "", "≤ 1", at_most(1), digits=2),
    Row("binary", "program, stripped, this machine's", "MB", digits=2),
    Row("binary_arm", "program, stripped, aarch64", "MB", "≤ 10", at_most(10), digits=2),
    Row("package_arm", "package for aarch64", "MB", "≤ 5", at_most(5), digits=2),
]


def big():
    """A WAV of noise; made once."""
    path = PLACE / "big" / "big.wav"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        head = b"RIFF" + struct.pack("<I", BIG + 36) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 2, 44100, 176400, 4, 16)
        path.write_bytes(head + b"data" + struct.pack("<I", BIG) + os.urandom(BIG))
    path.read_bytes()  # warm
    return path


class Files(Nginx):
    """nginx with the same two files, as Debian configures it."""

    def places(self):
        (self.folder / "www").mkdir(exist_ok=True)
        (self.folder / "www/small").write_bytes(SMALL.read_bytes())
        os.symlink(big(), self.folder / "www/file")
        return ""


def download(table, turns=9):
    """All servers are there from the first to the last turn: a download takes some hundredths of a second, and what else
    the machine does meanwhile would else decide."""
    path = big()
    with ExitStack() as there:
        hearken = there.enter_context(Hearken(path.parent))
        hearken.wait_scanned()
        token = hearken.pair("listener")
        track = hearken.ask("GET", "/index", token=token)[0]["trackId"]
        asked = [(hearken, {"path": f"/file/{track}", "token": token})]
        peers = ([] if Files.missing else [Files()]) + [TinyHttp(SMALL, path)]
        asked += [(there.enter_context(peer), {"path": "/file"}) for peer in peers]
        rates = {server.name: [] for server, _ in asked}
        for _ in range(turns):
            for server, args in asked:
                rates[server.name].append(server.load("download", times=3, **args)["medianGBs"])
        for name, each in rates.items():
            table.add("download", name, median(each))


def requests(table, seconds=3):
    paths = {"hearken": "/manifest.webmanifest", "nginx": "/small", "tiny_http": "/small"}
    for connections in (8, 64):
        for make in (Hearken, Files, lambda: TinyHttp(SMALL)):
            if getattr(make, "missing", None):
                table.note("skipped: nginx is not installed (tests/load/peers.sh)")
                continue
            with make() as server:
                told = server.load("get", path=paths[server.name], connections=connections, secs=seconds)
                table.add(f"get_{connections}", server.name, told["perSecond"])
                if connections == 64:
                    table.add("get_64_p99", server.name, told["p99Ms"])
                if server.name == "hearken" and connections == 8:
                    table.add("health_8", "hearken", server.load("get", path="/healthz", connections=8, secs=2)["perSecond"])


def held(table, count=500):
    for make, path in ((Hearken, "/manifest.webmanifest"), (Files, "/small"), (lambda: TinyHttp(SMALL), "/small")):
        if getattr(make, "missing", None):
            continue
        with make() as server:
            told = server.load("hold", path=path, n=count)
            before, held_now = told["before"], told["with"]
            table.add("held_mb", server.name, held_now["residentKb"] / 1000)
            table.add("held_threads", server.name, (held_now["threads"] - before["threads"]) / count)
            table.add("held_files", server.name, (held_now["descriptors"] - before["descriptors"]) / count)


def sizes(table):
    table.add("binary", "hearken", BINARY.stat().st_size / 1e6)
    arm = ROOT / "target/aarch64-unknown-linux-gnu/release/hearken"
    if arm.exists():
        table.add("binary_arm", "hearken", arm.stat().st_size / 1e6)
    for package in sorted((ROOT / "dist").glob("hearken_*_arm64.deb"))[-1:]:
        table.add("package_arm", "hearken", package.stat().st_size / 1e6)
