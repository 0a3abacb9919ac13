"""What a recording of several loudspeakers tells. Needs Debian's python3-numpy.

    hear.py starts  RECORDING CHANNELS LISTENERS   each time the sound begins: how far apart, in ms
    hear.py apart   RECORDING CHANNELS LISTENERS   each second: how far each one is behind the first, in ms
    hear.py gaps    RECORDING CHANNELS LISTENERS   each one's silences between its first and its last sound, in ms
    hear.py joins   RECORDING CHANNELS LISTENERS   each time the second one begins while the first one plays: how far behind, in ms
    hear.py clicks  RECORDING CHANNELS LISTENERS   of each of the first one's clicks: when, and how far behind the second one's is, in ms

Two loudspeakers are compared by the cross-correlation of a quarter of a second of one with the surroundings of the same
moment in the other. The answer is JSON.
"""

import json
import sys

import numpy as np

RATE = 48_000
MS = RATE // 1000
LOUD = 300  # of 32768; the hiss has thousands
SLICE = RATE // 4
AROUND = 400 * MS
SILENCE_MS = 200  # between two starts
ALIKE = 0.5  # correlation below that is no match
SPEEDS = (1.0, 0.998, 1.002, 0.99, 1.01, 0.97, 1.03)  # what the drift control may be playing at


def read(path, channels, listeners):
    samples = np.fromfile(path, dtype="<i2")
    return samples[: len(samples) // channels * channels].reshape(-1, channels)[:, :listeners].astype(np.float32)


def loud_per_ms(sound):
    """For each listener and millisecond: is there sound?"""
    whole = len(sound) // MS * MS
    return np.abs(sound[:whole]).reshape(-1, MS, sound.shape[1]).max(axis=1) > LOUD


def stretches(flags):
    """[begin, end) of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist()))


def behind(sound, first, other, at):
    """By how many ms `other` is behind `first` around sample `at`; None if they do not play the same."""
    if at < AROUND or at + SLICE + AROUND > len(sound):
        return None
    piece, around = sound[at : at + SLICE, first], sound[at - AROUND : at + SLICE + AROUND, other]
    best = max((matched(stretched(piece, speed), around) for speed in SPEEDS), key=lambda found: found[0])
    return (best[1] - AROUND) / MS if best[0] >= ALIKE else None


def stretched(piece, speed):
    """The piece as it sounds when played at another speed, held at its middle."""
    if speed == 1.0:
        return piece
    places = np.arange(len(piece))
    middle = len(piece) / 2
    return np.interp((places - middle) * speed + middle, places, piece).astype(np.float32)


def matched(piece, around):
    size = 1 << (len(around) + len(piece)).bit_length()
    products = np.fft.irfft(np.fft.rfft(around, size) * np.conj(np.fft.rfft(piece, size)), size)[: len(around) - len(piece) + 1]
    squares = np.concatenate(([0.0], np.cumsum(around.astype(np.float64) ** 2)))
    energy = np.sqrt((squares[len(piece) :] - squares[: -len(piece)]) * float(np.sum(piece.astype(np.float64) ** 2)))
    alike = products / np.maximum(energy, 1.0)
    at = int(np.argmax(alike))
    return float(alike[at]), at


def begun(loud):
    """[begin, end) in ms of everything between two silences of all."""
    anybody = loud.any(axis=1)
    parts = []
    for begin, end in stretches(anybody):
        if parts and begin - parts[-1][1] < SILENCE_MS:
            parts[-1][1] = end
        else:
            parts.append([begin, end])
    return [(begin, end) for begin, end in parts if end - begin > 500]


def starts(sound):
    loud = loud_per_ms(sound)
    found = []
    for begin, end in begun(loud):
        onsets = [int(begin + np.argmax(loud[begin:end, each])) for each in range(loud.shape[1]) if loud[begin:end, each].any()]
        at = (max(onsets) + 20) * MS
        lags = [0.0] + [behind(sound, 0, other, at) for other in range(1, sound.shape[1])]
        complete = len(onsets) == sound.shape[1] and None not in lags
        found.append({"apartMs": max(lags) - min(lags) if complete else None, "lagsMs": lags, "onsetsMs": [each - begin for each in onsets]})
    return found


def apart(sound):
    loud = loud_per_ms(sound).all(axis=1)
    first = int(np.argmax(loud))
    last = len(loud) - int(np.argmax(loud[::-1]))
    return [
        {"second": (ms - first) / 1000, "behindMs": [behind(sound, 0, other, ms * MS) for other in range(1, sound.shape[1])]}
        for ms in range(first + 100, last - 700, 1000)
    ]


def gaps(sound):
    loud = loud_per_ms(sound)
    found = []
    for each in range(loud.shape[1]):
        heard = np.flatnonzero(loud[:, each])
        inner = ~loud[heard[0] : heard[-1], each] if len(heard) else np.zeros(0, dtype=bool)
        found.append([{"second": float(begin) / 1000, "ms": int(end - begin)} for begin, end in stretches(inner)])
    return found


def joins(sound):
    found = []
    for begin, end in begun(loud_per_ms(sound)[:, 1:2]):
        if end - begin > 2500:
            found.append({"firstMs": behind(sound, 0, 1, (begin + 20) * MS), "lastMs": behind(sound, 0, 1, (end - 500) * MS)})
    return found


def clicks(sound):
    first, other = (onsets(np.abs(sound[:, each])) for each in (0, 1))
    return [{"second": at / RATE, "behindMs": min((each - at for each in other), key=abs) / MS} for at in first] if other else []


def onsets(loudness):
    """The sample at which each click begins: loud after a tenth of a second of silence."""
    found = []
    for at in np.flatnonzero(loudness > 10 * LOUD).tolist():
        if not found or at - found[-1][1] > RATE // 10:
            found.append([at, at])
        found[-1][1] = at
    return [begin for begin, _ in found]


if __name__ == "__main__":
    question, path, channels, listeners = sys.argv[1:]
    answer = {"starts": starts, "apart": apart, "gaps": gaps, "joins": joins, "clicks": clicks}[question]
    print(json.dumps(answer(read(path, int(channels), int(listeners)))))
