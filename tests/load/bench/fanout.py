"""One says something, a thousand hear it."""
from contextlib import ExitStack
from statistics import median

from servers import FastApi, Hearken, Nats, Nchan, Node
from table import Row, at_least_of, at_most, at_most_of, both

PEERS = [Hearken, Nchan, Nats, Node, FastApi]
QUICK = [Hearken, Nchan, Nats]
HZ = 10
SOCKETS = 1000
WARM_UP = 10  # as in the load tool

ROWS = [
    Row("fan_p50", "200 B at 10/s to the last of 1,000 sockets, p50", "ms", "≤ 0.85 × nchan", at_most_of("nchan", 0.85)),
    Row("fan_p99", "the same, p99", "ms", "≤ nchan", at_most_of("nchan", 1)),
    Row("fan4_p50", "the same in 4 views, p50", "ms", "≤ 0.85 × nchan", at_most_of("nchan", 0.85)),
    Row("fan4_p99", "the same in 4 views, p99", "ms", "≤ nchan", at_most_of("nchan", 1)),
    Row("flood_1000", "broadcasts/s to 1,000 sockets, nothing lost", "1/s", "≥ NATS, ≥ 8 × nchan",
        both(at_least_of("nats", 1), at_least_of("nchan", 8)), low_is_good=False, digits=0),
    Row("flood_4000", "broadcasts/s to 4,000 sockets, nothing lost", "1/s", "≥ NATS", at_least_of("nats", 1),
        low_is_good=False, digits=0),
    Row("socket_kb", "resident memory per idle WebSocket", "kB", "≤ 22", at_most(22)),
    Row("cpu_million", "CPU per million deliveries at 10/s", "s", "≤ nchan", at_most_of("nchan", 1), digits=2),
]


def there(table, peers):
    for peer in peers:
        if peer.missing:
            table.note(f"skipped: {peer.missing} is not installed (tests/load/peers.sh)")
        else:
            yield peer


def load(server, **args):
    if isinstance(server, Hearken):
        args["token"] = server.pair("one device")
    return server.load("fanout", **args)


def whole(table, peer, told):
    """A server that loses something has no figure."""
    if told["missing"] or told["doubled"]:
        table.note(f"{peer.name}: {told['missing']} deliveries missing, {told['doubled']} doubled")
        return False
    return True


def fanout(table, seconds=4, turns=3):
    """All servers are there from the first to the last turn, and asked by turns: what else the machine does decides for all alike."""
    for views, peers in ((1, PEERS), (4, QUICK)):
        with ExitStack() as open_ones:
            servers = [open_ones.enter_context(peer()) for peer in there(table, peers)]
            told = {server: [] for server in servers}
            for _ in range(turns):
                for server in servers:
                    told[server].append(load(server, n=SOCKETS, views=views, hz=HZ, secs=seconds))
        for server, runs in told.items():
            if all(whole(table, server, run) for run in runs):
                tell(table, server.name, views, runs)


def tell(table, name, views, runs):
    """The middle of the turns; memory as it is when sockets come for the first time."""
    row = "fan" if views == 1 else "fan4"
    table.add(f"{row}_p50", name, median(run["p50Ms"] for run in runs))
    table.add(f"{row}_p99", name, median(run["p99Ms"] for run in runs))
    if views == 1:
        table.add("socket_kb", name, runs[0]["kbPerSocket"])
        table.add("cpu_million", name, median(run["cpuMs"] / 1000 / ((run["broadcasts"] - WARM_UP) * SOCKETS / 1e6) for run in runs))


def flood(table, seconds=4):
    for sockets, peers in ((1000, PEERS), (4000, QUICK)):
        for peer in there(table, peers):
            with peer() as server:
                told = load(server, n=sockets, window=64, secs=seconds)
            if whole(table, peer, told):
                table.add(f"flood_{sockets}", peer.name, told["perSecond"])
