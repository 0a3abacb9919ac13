"""What was measured, held against what is to be reached: medians over the rounds, ratios to the peers, one Markdown table."""
import json
import statistics
import subprocess
import time
from dataclasses import dataclass, field
from typing import Callable, Optional

from servers import PLACE, ROOT


@dataclass
class Row:
    """One line of the table. `target`: a sentence, and whether it is reached by what was measured."""

    key: str
    title: str
    unit: str
    target: str = ""
    reached: Optional[Callable] = None
    low_is_good: bool = True
    digits: int = 1
    values: dict = field(default_factory=dict)  # who -> one value for each round

    def medians(self):
        return {who: statistics.median(values) for who, values in self.values.items() if values}


def at_most(bound):
    return lambda ours, peers: ours <= bound


def at_most_of(peer, share):
    return lambda ours, peers: ours <= share * peers[peer] if peer in peers else None


def at_least_of(peer, share):
    return lambda ours, peers: ours >= share * peers[peer] if peer in peers else None


def both(one, other):
    def check(ours, peers):
        said = [one(ours, peers), other(ours, peers)]
        return False if False in said else None if None in said else True
    return check


class Table:
    def __init__(self, rows):
        self.rows = {row.key: row for row in rows}
        self.notes = []

    def add(self, key, who, value):
        self.rows[key].values.setdefault(who, []).append(value)
        print(f"  {self.rows[key].title} · {who}: {value:.{self.rows[key].digits}f} {self.rows[key].unit}", flush=True)

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)
            print(f"  {text}", flush=True)

    def lines(self):
        before = self.before()
        yield "| what | unit | hearken | peers, same run | ratio to the best | target | | before |"
        yield "|---|---|---:|---|---:|---|---|---:|"
        for row in self.rows.values():
            medians = row.medians()
            ours = medians.pop("hearken", None)
            if ours is None:
                continue
            peers = ", ".join(f"{who} {value:.{row.digits}f}" for who, value in medians.items()) or "–"
            best = (min if row.low_is_good else max)(medians.values(), default=None)
            ratio = f"{ours / best:.2f}" if best else "–"
            said = row.reached(ours, medians) if row.reached else None
            mark = {True: "hit", False: "**missed**", None: "–"}[said]
            last = before.get(row.key)
            spread = row.values["hearken"]
            shown = f"{ours:.{row.digits}f}"
            if len(spread) > 1:
                shown += f" ({min(spread):.{row.digits}f}–{max(spread):.{row.digits}f})"
            yield f"| {row.title} | {row.unit} | {shown} | {peers} | {ratio} | {row.target or '–'} | {mark} | " \
                  f"{f'{last:.{row.digits}f}' if last is not None else '–'} |"

    def before(self):
        """hearken's medians of the run before this one."""
        found = {}
        for path in sorted(PLACE.glob("run-*.json")):
            found.update(json.loads(path.read_text())["hearken"])
        return found

    def keep(self, rounds):
        """Prints the table, and keeps it with its figures."""
        stamp = time.strftime("%Y%m%d-%H%M%S")
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ROOT).stdout.strip()
        cores = subprocess.run(["nproc"], capture_output=True, text=True).stdout.strip()
        head = f"hearken {commit}, {rounds} rounds, {cores} cores, loopback, {stamp}; medians, hearken's range in brackets"
        text = "\n".join([head, "", *self.lines(), "", *[f"- {note}" for note in self.notes], ""])
        (PLACE / f"run-{stamp}.md").write_text(text)
        ours = {row.key: row.medians()["hearken"] for row in self.rows.values() if "hearken" in row.medians()}
        every = {row.key: row.values for row in self.rows.values() if row.values}
        (PLACE / f"run-{stamp}.json").write_text(json.dumps({"hearken": ours, "all": every}, indent=1))
        print("\n" + text)
        print(f"kept as target/bench/run-{stamp}.md")
