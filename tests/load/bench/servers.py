"""Starting and ending what is measured: hearken and its peers, each with a folder of its own, each on a free port.

A server is a context: `with Hearken(...) as server`. It is ended by its pid, never by name.
"""
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PLACE = ROOT / "target" / "bench"
HERE = ROOT / "tests" / "load" / "peers"
BINARY = Path(os.environ.get("HEARKEN_BIN", ROOT / "target" / "release" / "hearken"))
TOOL = Path(os.environ.get("LOAD_BIN", ROOT / "target" / "release" / "examples" / "load"))
NCHAN = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
PATIENCE = 60


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def until(what, holds, patience=PATIENCE, every=0.005):
    """Waits for a condition and returns what it says."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := holds():
            return found
        time.sleep(every)
    raise RuntimeError(f"{what}: not within {patience} s")


class Server:
    """One process and what it starts."""

    name = "?"
    missing = None  # what is not installed, if anything

    def __init__(self):
        PLACE.mkdir(parents=True, exist_ok=True)
        self.folder = Path(tempfile.mkdtemp(prefix=f"{self.name}-", dir=PLACE))
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.process = None

    def command(self):
        raise NotImplementedError

    def environment(self):
        return os.environ

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self):
        self.begun = time.monotonic()
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(self.command(), stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL,
                                        cwd=self.folder, env=self.environment())
        self.wait_ready()
        self.ready_ms = (time.monotonic() - self.begun) * 1000

    def wait_ready(self):
        until(f"{self.name} answers", self.listens)

    def listens(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} ended: {(self.folder / 'log').read_text(errors='replace')[-500:]}")
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def pids(self):
        """It and its children."""
        found = [self.process.pid]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                found += [int(child) for child in task.read_text().split()]
        return found

    def resident_mb(self):
        total = 0
        for pid in self.pids():
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                total += int(line.split()[1]) if line.startswith("VmRSS:") else 0
        return total / 1000

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def __exit__(self, *_):
        self.stop()
        if getattr(self, "log", None):
            self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def load(self, what, **args):
        """Runs the load tool against it."""
        return load(what, peer=self.name, addr=self.address, pids=",".join(map(str, self.pids())), **args)


def load(what, **args):
    words = [f"{key}={value}" for key, value in args.items()]
    done = subprocess.run([TOOL, what, *words], capture_output=True, text=True, timeout=180)
    if done.returncode:
        raise RuntimeError(f"load {what} {args.get('peer', '')}: {done.stderr.strip()[-300:]}")
    return json.loads(done.stdout)


class Hearken(Server):
    name = "hearken"

    def __init__(self, music=None, state=None):
        super().__init__()
        self.music = Path(music) if music else self.folder / "music"
        self.music.mkdir(exist_ok=True)
        self.state = Path(state) if state else self.folder / "state"
        self.state.mkdir(exist_ok=True)

    def command(self):
        return [BINARY, "serve", "--listen", self.address, "--audio-dir", self.music, "--state-dir", self.state,
                "--no-mdns", "--json"]

    def said(self):
        return (self.folder / "log").read_text(errors="replace")

    def wait_ready(self):
        until("hearken is ready", lambda: '"ready"' in self.said() or (self.process.poll() is not None and self.listens()), every=0.001)
        self.ask("GET", "/healthz")

    def wait_scanned(self):
        """Milliseconds from the start until the library is known."""
        until("the scan ends", lambda: "library: " in self.said(), 120)
        return (time.monotonic() - self.begun) * 1000

    def ask(self, method, path, body=None, token=None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"http://{self.address}{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def pair(self, name):
        told = next(line for line in self.said().splitlines() if '"pairingCode"' in line)
        code = json.loads(told)["pairingCode"]
        return self.ask("POST", "/pair", {"code": code, "clientName": name})["token"]


class Nginx(Server):
    name = "nginx"
    modules = ""
    workers = "auto"
    connections = 1024  # each worker; they cost memory whether they are used or not
    missing = None if shutil.which("nginx", path="/usr/sbin:/usr/bin:/bin") else "nginx"

    def command(self):
        config = self.folder / "nginx.conf"
        # As Debian's own user it could not look into our folder.
        user = "user root;" if os.geteuid() == 0 else ""
        config.write_text(
            f"{self.modules}\n{user} daemon off; worker_processes {self.workers}; pid {self.folder}/pid; error_log {self.folder}/errors;\n"
            f"worker_rlimit_nofile 20000;\nevents {{ worker_connections {self.connections}; }}\n"
            "http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; default_type text/plain;\n"
            f"server {{ listen {self.address} backlog=4096; root {self.folder}/www; {self.places()} }} }}\n")
        os.makedirs(self.folder / "www", exist_ok=True)
        return ["/usr/sbin/nginx", "-c", config, "-p", self.folder]

    def wait_ready(self):
        super().wait_ready()
        until("nginx's workers are there", lambda: len(self.pids()) > 1)

    def places(self):
        return ""


class Nchan(Nginx):
    name = "nchan"
    modules = f"load_module {NCHAN};"
    connections = 16_000
    # One worker: two would tell each other of every message.
    workers = "1"
    missing = Nginx.missing or (None if NCHAN.exists() else "libnginx-mod-nchan")

    def places(self):
        channel = "nchan_channel_id v$1; nchan_message_buffer_length 200;"
        return (f"location ~ ^/receive/(\\d+)$ {{ nchan_subscriber websocket; nchan_subscriber_first_message newest; {channel} }}\n"
                f"location ~ ^/publish/(\\d+)$ {{ nchan_publisher websocket; {channel} }}")


class Nats(Server):
    name = "nats"
    missing = None if shutil.which("nats-server", path="/usr/sbin:/usr/bin") else "nats-server"

    def command(self):
        config = self.folder / "nats.conf"
        config.write_text(f'listen: "127.0.0.1:{free_port()}"\nwebsocket {{ listen: "{self.address}", no_tls: true }}\n')
        return ["/usr/sbin/nats-server", "-c", config]


class Node(Server):
    name = "node"
    missing = None if (PLACE / "node/node_modules/ws").exists() and shutil.which("node") else "ws on node"

    def command(self):
        return ["node", HERE / "broadcast.mjs", str(self.port)]

    def environment(self):
        return {**os.environ, "BENCH_MODULES": str(PLACE / "node")}


class FastApi(Server):
    name = "fastapi"
    missing = None if (PLACE / "python/bin/uvicorn").exists() else "FastAPI"

    def command(self):
        return [PLACE / "python/bin/uvicorn", "--app-dir", HERE, "--host", "127.0.0.1", "--port", str(self.port),
                "--log-level", "error", "--backlog", "4096", "--ws-per-message-deflate", "false", "sync_manager:app"]


class TinyHttp(Server):
    name = "tiny_http"

    def __init__(self, small, file=""):
        super().__init__()
        self.small, self.file = small, file

    def command(self):
        return [TOOL, "tiny-http", f"addr={self.address}", f"small={self.small}", f"file={self.file}"]


class Mpd(Server):
    name = "mpd"
    missing = None if shutil.which("mpd") else "mpd"

    def __init__(self, music):
        super().__init__()
        self.music = music

    def command(self):
        config = self.folder / "mpd.conf"
        config.write_text(
            f'music_directory "{self.music}"\ndb_file "{self.folder}/db"\nstate_file "{self.folder}/state"\n'
            f'bind_to_address "127.0.0.1"\nport "{self.port}"\nzeroconf_enabled "no"\nauto_update "no"\n'
            'audio_output {\ntype "null"\nname "nothing"\n}\n')
        return ["mpd", "--no-daemon", "--stderr", config]

    def wait_ready(self):
        until("mpd answers", self.greets)

    def greets(self):
        try:
            return self.listens() and self.ask("ping")
        except OSError:
            return False

    def ask(self, words):
        with socket.create_connection(("127.0.0.1", self.port), 30) as talk:
            answer = talk.makefile("rw")
            if not answer.readline().startswith("OK MPD"):
                return None
            answer.write(words + "\n")
            answer.flush()
            lines = []
            while not (line := answer.readline()).startswith(("OK", "ACK")):
                lines.append(line.strip())
            return lines or [line]

    def update(self):
        """Reads the music; seconds."""
        begun = time.monotonic()
        self.ask("update")
        until("mpd's update", lambda: not any(line.startswith("updating_db") for line in self.ask("status")), 120)
        return time.monotonic() - begun


class Snapserver(Server):
    name = "snapserver"
    missing = None if shutil.which("snapserver") else "snapserver"

    def command(self):
        config = self.folder / "snapserver.conf"
        config.write_text(f"[server]\ndatadir = {self.folder}\n[http]\nenabled = false\n[tcp]\nenabled = false\n"
                          f"[stream]\nport = {self.port}\nbind_to_address = 127.0.0.1\n"
                          f"source = pipe://{self.folder}/fifo?name=nothing\n[logging]\nsink = stderr\n")
        return ["snapserver", "--config", config]
