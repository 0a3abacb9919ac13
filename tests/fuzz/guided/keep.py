#!/usr/bin/env python3
"""Of a target's many finds, copies the few that reach most of what its seeds do not into its corpus, as found-<hash>.

    keep.py WAYS KEPT

WAYS is what libFuzzer wrote while it merged (its -merge_control_file): per input all the features it has, one of which is an edge of
the program with how often it was taken, in eight grades. KEPT is the target's folder in tests/fuzz/corpus. Prints a row: edges that
the seeds and what was kept before reach, the same with what is kept now, all that was ever found, and what is kept.
"""

import hashlib
import pathlib
import sys

GRADES = 8
INPUTS_MAX = 40
INPUT_BYTES_MAX = 4_096
BYTES_MAX = 40_000  # of a target, which few need: all of them together stay below 300 kB


def ways(path):
    """Each input that was run to its end, with the edges it took."""
    lines = path.read_text().splitlines()
    count = int(lines[0])
    names = lines[2 : 2 + count]
    for line in lines[2 + count :]:
        word, nth, *features = line.split()
        if word == "FT":
            yield pathlib.Path(names[int(nth)]), {int(feature) // GRADES for feature in features}


def share(path):
    """What an input takes of the bounds."""
    return 1 / INPUTS_MAX + path.stat().st_size / BYTES_MAX


def chosen(finds, reached, places, room):
    """Greedily, whatever adds most edges for the share of the bounds that it takes."""
    left = {path: edges for path, edges in finds.items() if path.stat().st_size <= INPUT_BYTES_MAX}
    for _ in range(places):
        left = {path: edges - reached for path, edges in left.items() if edges - reached and path.stat().st_size <= room}
        if not left:
            return
        best = max(left, key=lambda path: (len(left[path]) / share(path), path.name))
        reached = reached | left.pop(best)
        room -= best.stat().st_size
        yield best, reached


def main(control, kept):
    inputs = dict(ways(pathlib.Path(control)))
    kept = pathlib.Path(kept)
    finds = {path: edges for path, edges in inputs.items() if path.parent.name == "corpus"}
    known = [edges for path, edges in inputs.items() if path not in finds]
    before = set().union(*known)
    earlier = list(kept.glob("found-*"))
    room = BYTES_MAX - sum(path.stat().st_size for path in earlier)
    after, count, size = before, 0, 0
    for path, after in chosen(finds, before, INPUTS_MAX - len(earlier), room):
        data = path.read_bytes()
        (kept / f"found-{hashlib.sha256(data).hexdigest()[:8]}").write_bytes(data)
        count, size = count + 1, size + len(data)
    everything = before.union(*finds.values())
    print(f"| {kept.name} | {len(before)} | {len(after)} | {len(everything)} | {count}, {size} B |")


main(*sys.argv[1:])
