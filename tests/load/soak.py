#!/usr/bin/env python3
"""Judges the samples of tests/load/soak.sh: the first quarter of the time against the last.

The first minute, in which everybody comes, counts for nothing. Exit 1 if something has grown out of proportion.
"""

import csv
import statistics
import sys

# How much more the last median may be: a part of the first, and a little that says nothing.
ALLOWED = {"rss_kib": (0.10, 4096), "threads": (0, 8), "descriptors": (0, 8)}

rows = [row for row in csv.DictReader(open(sys.argv[1])) if int(row["seconds"]) >= 60]
if len(rows) < 8:
    print(f"{len(rows)} samples after the first minute: too few to judge, give it three minutes or more")
    sys.exit(0)
quarter = len(rows) // 4
first, last = rows[:quarter], rows[-quarter:]
grown = False
print(f"{'':12} {'first quarter':>27}   {'last quarter':>27}")
print(f"{'':12} {'min':>8} {'median':>9} {'max':>8}   {'min':>8} {'median':>9} {'max':>8}")
for name, (part, little) in ALLOWED.items():
    figures = [[int(row[name]) for row in rows] for rows in (first, last)]
    before, after = (statistics.median(values) for values in figures)
    told = "   ".join(f"{min(values):8} {statistics.median(values):9g} {max(values):8}" for values in figures)
    is_more = after > before * (1 + part) + little
    grown |= is_more
    print(f"{name:12} {told}{'   GROWN' if is_more else ''}")
sys.exit(grown)
