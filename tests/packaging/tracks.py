#!/usr/bin/env python3
"""Two short tagged WAV files, 1.wav "First" and 2.wav "Second", into a folder. tracks.py FOLDER"""

import math
import struct
import sys
from pathlib import Path

RATE = 22050


def chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def track(title: str, hertz: int, seconds: int) -> bytes:
    samples = (int(9000 * math.sin(2 * math.pi * hertz * at / RATE)) for at in range(RATE * seconds))
    info = chunk(b"LIST", b"INFO" + chunk(b"INAM", title.encode()) + chunk(b"IART", b"The Packagers"))
    form = chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, RATE, RATE * 2, 2, 16))
    data = chunk(b"data", b"".join(struct.pack("<h", sample) for sample in samples))
    return chunk(b"RIFF", b"WAVE" + form + info + data)


folder = Path(sys.argv[1])
(folder / "1.wav").write_bytes(track("First", 220, 30))
(folder / "2.wav").write_bytes(track("Second", 330, 20))
