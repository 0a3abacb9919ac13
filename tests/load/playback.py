#!/usr/bin/env python3
"""What devices play for themselves, under load: how fast, and how much it wears the disk. No part of the tests.

  playback.py latency CODE URL            a change of one tab, until its other tab has it: p50, p99
  playback.py crowd CODE URL PID          1,000 devices connected, 8 of them telling positions: the server's CPU
  playback.py wear CODE URL SECONDS STAT  8 devices playing; sectors written, from /sys/block/loopN/stat

tests/load/playback.sh starts the server and calls this. Only Python's own library is used.
"""
import asyncio
import base64
import json
import os
import statistics
import struct
import sys
import time
import urllib.request


class Socket:
    """The smallest WebSocket that answers pings."""

    def __init__(self, reader, writer):
        self.reader, self.writer, self.heard = reader, writer, asyncio.Queue()
        self.task = asyncio.create_task(self.listen())

    @classmethod
    async def open(cls, address, token, tab, topics):
        host, port = address
        reader, writer = await asyncio.open_connection(host, port)
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write((f"GET /ws/sync?tab={tab}&topics={topics} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
                      f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
                      f"Authorization: Bearer {token}\r\n\r\n").encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert b" 101 " in head, head
        socket = cls(reader, writer)
        await socket.until(lambda message: message["type"] == "sync:full")
        return socket

    async def listen(self):
        while True:
            first, length = await self.reader.readexactly(2)
            if length == 126:
                length = struct.unpack(">H", await self.reader.readexactly(2))[0]
            elif length == 127:
                length = struct.unpack(">Q", await self.reader.readexactly(8))[0]
            body = await self.reader.readexactly(length)
            if first & 15 == 9:
                self.frame(10, body)
            elif first & 15 == 1:
                self.heard.put_nowait((time.perf_counter(), json.loads(body)))

    def frame(self, opcode, body):
        mask = os.urandom(4)
        head = bytes([0x80 | opcode]) + (bytes([0x80 | len(body)]) if len(body) < 126 else b"\xfe" + struct.pack(">H", len(body)))
        self.writer.write(head + mask + bytes(b ^ mask[i & 3] for i, b in enumerate(body)))

    def say(self, message):
        self.frame(1, json.dumps(message).encode())

    async def until(self, fits):
        async with asyncio.timeout(30):
            while True:
                at, message = await self.heard.get()
                if message["type"] == "reject":
                    raise SystemExit(f"refused: {message}")
                if fits(message):
                    return at, message


def pair(url, code, name):
    body = json.dumps({"code": code, "clientName": name}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{url}/pair", body)) as answer:
        return json.load(answer)["token"]


def address(url):
    host, port = url.removeprefix("http://").split(":")
    return host, int(port)


async def latency(code, url):
    token = pair(url, code, "phone")
    one, other = [await Socket.open(address(url), token, tab, "playback") for tab in "ab"]
    # A place is in a track: without one there is nothing to change.
    one.say(playing(0, 1))
    await other.until(lambda message: message["type"] == "playback:updated")
    await one.until(lambda message: message["type"] == "ack")
    took = []
    for nth in range(500):
        begun = time.perf_counter()
        one.say({"type": "command", "id": f"l{nth}", "name": "playback", "args": {"positionSec": nth + 0.5}})
        at, _ = await other.until(lambda message: message["type"] == "playback:updated")
        took.append((at - begun) * 1000)
        await one.until(lambda message: message["type"] == "ack")
    took.sort()
    print(f"tab to other tab, playback:updated: p50 {statistics.median(took):.2f} ms, p99 {took[int(len(took) * 0.99)]:.2f} ms")


def ticks(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def playing(nth, track):
    return {"type": "command", "id": f"{nth}-{track}", "name": "playback",
            "args": {"mode": "playing", "trackId": f"t{track}", "positionSec": 0, "queue": [f"t{n}" for n in range(12)]}}


async def crowd(code, url, pid):
    sockets, first = [], []
    for nth in range(1000):
        token = pair(url, code, f"device {nth}")
        sockets.append(await Socket.open(address(url), token, "a", "session,playback"))
        if nth < 8:
            first.append(token)
    other_tabs = [await Socket.open(address(url), token, "b", "session,playback") for token in first]
    for nth in range(8):
        sockets[nth].say(playing(nth, 1))
    await asyncio.sleep(3)
    for told in (0, 8, 0, 8):
        before, begun = ticks(pid), time.perf_counter()
        for second in range(12):
            for nth in range(told):
                sockets[nth].say({"type": "position", "trackId": "t1", "positionSec": second})
            await asyncio.sleep(1)
        cpu = (ticks(pid) - before) * 10 / (time.perf_counter() - begun)
        print(f"1,008 sockets of 1,000 devices, {told} telling positions each second: {cpu:.2f} ms CPU a second")
    heard = sum(1 for socket in other_tabs for _ in range(socket.heard.qsize()) if socket.heard.get_nowait()[1]["type"] == "playback:position")
    strangers = sum(1 for socket in sockets[8:] for _ in range(socket.heard.qsize()) if socket.heard.get_nowait()[1]["type"].startswith("playback"))
    print(f"positions heard by the other tabs: {heard} of 192; by strangers: {strangers}")


def sectors(stat):
    return int(open(stat).read().split()[6])


async def wear(code, url, seconds, stat):
    tabs = [await Socket.open(address(url), pair(url, code, f"device {nth}"), "a", "playback") for nth in range(8)]
    for nth, tab in enumerate(tabs):
        tab.say(playing(nth, 0))
    await asyncio.sleep(5)
    os.sync()
    before, begun, track = sectors(stat), time.perf_counter(), 0
    changes = 0
    while (passed := time.perf_counter() - begun) < seconds:
        for nth, tab in enumerate(tabs):
            # Each has its own beginning: a track lasts four minutes.
            place = passed + nth * 30
            track = int(place / 240) % 12
            if int(place / 240) != int((place - 1) / 240) and passed > 1:
                tab.say({"type": "command", "id": f"{nth}-{place:.0f}", "name": "playback",
                         "args": {"trackId": f"t{track}", "positionSec": 0, "queueIndex": track}})
                changes += 1
            track_now = f"t{track}"
            tab.say({"type": "position", "trackId": track_now, "positionSec": round(place % 240, 3)})
        await asyncio.sleep(1)
    os.sync()
    wrote = (sectors(stat) - before) * 512
    if wrote == 0:
        sys.exit("no sector was counted: this kernel does not count for this device")
    hours = (time.perf_counter() - begun) / 3600
    print(f"8 devices playing for {hours * 60:.1f} min, {changes} track changes: {wrote / 1e3:.0f} kB written, {wrote / hours / 1e6:.2f} MB an hour")


what, code, url, *more = sys.argv[1:]
asyncio.run({"latency": latency, "crowd": lambda *a: crowd(*a), "wear": lambda c, u, s, stat: wear(c, u, float(s), stat)}[what](code, url, *more))
