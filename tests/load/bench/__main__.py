"""`make bench`: hearken beside its peers, alternating within one run, as often as asked, medians and ratios in one table.

  python3 tests/load/bench [--rounds N] [--only NAME[,NAME...]]

Speed is told here and asserted nowhere: on a shared machine only ratios within one run count. Everything runs on
loopback, in target/bench, bounded in time, and is ended by its pid. tests/load/peers.sh installs the peers; one that is not
there is skipped with a line.
"""
import argparse
import signal
import sys
import time

import durable
import fanout
import files
import library
from servers import BINARY, TOOL
from table import Table

# name -> what it measures, and whether it is worth repeating
MEASURES = {
    "fanout": (fanout.fanout, True),
    "flood": (fanout.flood, True),
    "durable": (durable.durable, True),
    "echo": (durable.echo, True),
    "wear": (durable.wear, False),
    "scan": (library.scan, True),
    "restart": (library.restart, False),
    "idle": (library.idle, False),
    "download": (files.download, True),
    "requests": (files.requests, True),
    "held": (files.held, False),
    "sizes": (files.sizes, False),
}


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--only", default="", help="of " + ", ".join(MEASURES))
    asked = asked.parse_args()
    chosen = [name for name in asked.only.split(",") if name] or list(MEASURES)
    if unknown := [name for name in chosen if name not in MEASURES]:
        sys.exit(f"there is no {', '.join(unknown)}: choose of {', '.join(MEASURES)}")
    for path in (BINARY, TOOL):
        if not path.exists():
            sys.exit(f"{path} is not there: make bench builds it")
    # SIGTERM ends as ^C does: servers are stopped, folders go.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    table, begun = Table([*fanout.ROWS, *durable.ROWS, *library.ROWS, *files.ROWS]), time.monotonic()
    for nth in range(asked.rounds):
        for name in chosen:
            measure, repeats = MEASURES[name]
            if nth == 0 or repeats:
                print(f"{time.monotonic() - begun:4.0f} s, round {nth + 1} of {asked.rounds}: {name}", flush=True)
                attempt(table, name, lambda: measure(table, rounds=asked.rounds) if name == "restart" else measure(table))
    table.keep(asked.rounds)


def attempt(table, name, measure):
    """One measure that cannot be taken does not cost the others."""
    try:
        measure()
    except (RuntimeError, OSError, LookupError, TypeError) as error:
        table.note(f"{name} could not be measured: {error}")


main()
