"""Music on the disk: reading it, knowing it again, and what it costs to have it."""
import subprocess
from pathlib import Path

from servers import PLACE, ROOT, Hearken, Mpd, Snapserver
from table import Row, at_least_of, at_most

ROWS = [
    Row("scan", "first scan of 3,000 tagged tracks, warm", "tracks/s", "≥ MPD", at_least_of("mpd", 1), low_is_good=False, digits=0),
    Row("rescan", "start and rescan of 50,000 unchanged", "s", "≤ 1", at_most(1), digits=2),
    Row("start", "start → answering, 50,000 known (MPD: 3,000)", "ms", "≤ 100", at_most(100), digits=0),
    Row("idle_mb", "resident memory, 10,000 known, 5 clients", "MB", "≤ 15", at_most(15)),
    Row("scanned_mb", "the same after its first scan", "MB"),
    Row("idle_cpu", "CPU with 20 idle clients", "% of a core", "< 0.5", at_most(0.5), digits=2),
    Row("idle_threads", "threads, 10,000 tracks, 5 clients", "", digits=0),
]


def music(count):
    """That many tagged tracks; made once, read once so that they are warm."""
    folder = PLACE / f"music-{count}"
    done = folder / ".done"
    if not done.exists():
        print(f"  making {count} tracks", flush=True)
        subprocess.run(["python3", ROOT / "tests/fixtures/many_tracks.py", folder, str(count)], check=True)
        done.touch()
    subprocess.run(["tar", "-cf", "-", "--directory", folder, "."], stdout=subprocess.DEVNULL, check=True)
    return folder


def scan(table):
    tracks = music(3000)
    with Hearken(tracks) as server:
        table.add("scan", "hearken", 3000 / (server.wait_scanned() / 1000))
    if Mpd.missing:
        return table.note("skipped: mpd is not installed (tests/load/peers.sh)")
    with Mpd(tracks) as server:
        table.add("scan", "mpd", 3000 / server.update())
        server.stop()
        server.start()
        table.add("start", "mpd", server.ready_ms)


def restart(table, rounds=1):
    with Hearken(music(50_000)) as server:
        server.wait_scanned()
        for _ in range(rounds):
            server.stop()
            server.start()
            table.add("start", "hearken", server.ready_ms)
            table.add("rescan", "hearken", server.wait_scanned() / 1000)


def idle(table):
    tracks = music(10_000)
    with Hearken(tracks) as server:
        server.wait_scanned()
        table.add("scanned_mb", "hearken", clients(server, 5, 3)["residentKb"] / 1000)
        server.stop()
        server.start()
        server.wait_scanned()
        told = clients(server, 5, 3)
        table.add("idle_mb", "hearken", told["residentKb"] / 1000)
        table.add("idle_threads", "hearken", told["threads"])
        table.add("idle_cpu", "hearken", clients(server, 20, 20)["cpuMs"] / 20_000 * 100)
    if not Snapserver.missing:
        with Snapserver() as server:
            table.add("idle_mb", "snapserver", server.resident_mb())
            table.add("idle_threads", "snapserver", threads(server))
    if not Mpd.missing:
        with Mpd(tracks) as server:
            server.update()
            table.add("idle_mb", "mpd", server.resident_mb())
            table.add("idle_threads", "mpd", threads(server))


def clients(server, count, seconds):
    """What it costs while so many look and nothing happens."""
    return server.load("idle", token=server.pair(f"{count} tabs"), n=count, secs=seconds)


def threads(server):
    return sum(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in server.pids())
