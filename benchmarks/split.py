"""Cut DAGs of 1,000 to 100,000 nodes into parts, beside other ways to do so.

    python benchmarks/split.py [--sizes 1000,10000] [--seeds 3] [--only goals,paper] [--json]

Six families of random DAGs, weighed alike: text of a step log-normal around 0.9 KB and
two in a hundred of 10 to 60 KB, three in a hundred start 2 to 20 pods, seconds log-normal
with mean 72 and sigma 0.6. A part may have 900,000 bytes, 200 steps and 1,000 pods; a gate
counts 600 bytes and each edge into a part 120. Runs are simulated: 64 workers, first come
first served, 5 seconds to hand over a part. None of these numbers is measured on a cluster.

Each cut is made in a process of its own: CPU seconds and the largest memory, without
building the graph. Times of runs are beside that of the run in one piece; `dead` is a run
that gets stuck. `paper` is Algorithm 3 of the Couler paper read so that no step is lost,
`metis` is METIS with its parts then put in an order and cut to size (pip install pymetis).
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.split_told import Row, as_text, goals
from couler_jupyter.passes.splitting import (
    NEW,
    Bounds,
    Cut,
    Graph,
    Machine,
    Work,
    backward,
    by_levels,
    chosen,
    circular,
    cut_edges,
    makespan,
    over_budget,
    printed,
    repaired,
)
from couler_jupyter.passes.splitting.merging import merged
from couler_jupyter.passes.splitting.order import in_order
from couler_jupyter.testing.graphs import FAMILIES

SIZES = (1_000, 10_000, 100_000)
BOUNDS = Bounds(gate=600, edge=120)
MACHINE = Machine(workers=64, submit=5.0)
LIVE = 8
SIGMA = 0.6
SECONDS = 72.0


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--families", default=",".join(FAMILIES))
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--only", default="table,goals,paper,stable")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", nargs=4, metavar=("WAY", "FAMILY", "N", "SEED"))
    given = parser.parse_args()
    if given.child:
        way, family, count, seed = given.child
        print(json.dumps(measured(way, family, int(count), int(seed))))
        return
    wanted = given.only.split(",")
    rows: list[Row] = []
    if {"table", "goals"} & {*wanted}:
        rows = list(measure_all(given))
    found = {
        "table": rows,
        "goals": goals(rows) if "goals" in wanted else [],
        "paper": deadlocks() if "paper" in wanted else [],
        "stable": stability() if "stable" in wanted else [],
    }
    print(json.dumps(found) if given.json else as_text(found))


def weighed(family: str, count: int, seed: int) -> Work:
    """Return a random DAG with what its nodes weigh."""
    random = Random(f"{family} {seed}")
    graph = Graph.of(FAMILIES[family](count, random))
    nodes = range(len(graph))
    middle = math.log(SECONDS) - SIGMA**2 / 2
    return Work(
        graph=graph,
        bytes=[_text(random) for _ in nodes],
        steps=[1] * len(graph),
        pods=[random.randint(2, 20) if random.random() < 0.03 else 1 for _ in nodes],
        seconds=[random.lognormvariate(middle, SIGMA) for _ in nodes],
        bounds=BOUNDS,
    )


def _text(random: Random) -> int:
    large = random.randint(10_000, 60_000) if random.random() < 0.02 else 0
    return int(random.lognormvariate(math.log(900) - 0.125, 0.5)) + large


def ours(work: Work, *, barrier: bool) -> tuple[Cut, int]:
    """Return our parts and how many are live."""
    made = chosen(work, MACHINE, barrier=barrier)
    return made.cut, made.live


def metis_and_fix(work: Work) -> tuple[Cut, int]:
    """Return METIS's parts, put in an order and cut to size, merged where they fit."""
    import pymetis

    graph = work.graph
    near = [[*graph.parents[n], *graph.children[n]] for n in range(len(graph))]
    _, raw = pymetis.part_graph(work.least_parts(), adjacency=near)
    levels: dict[int, list[int]] = {}
    for node, part in enumerate(raw):
        levels.setdefault(part, []).append(graph.level[node])
    mean = {part: statistics.fmean(one) for part, one in levels.items()}
    place = {part: n for n, part in enumerate(sorted(mean, key=mean.__getitem__))}
    late = [0] * len(graph)
    for node in graph.order:
        before = (late[one] for one in graph.parents[node])
        late[node] = max(place[raw[node]], *before, 0)
    cut = to_size(work, late)
    return merged(work, cut), LIVE


def to_size(work: Work, late: list[int]) -> Cut:
    """Return parts in an order, cut where they are above a bound."""
    cut = [-1] * len(late)
    rows: dict[int, list[int]] = {}
    for node in work.graph.order:
        rows.setdefault(late[node], []).append(node)
    part = -1
    for number in sorted(rows):
        part += 1
        size, steps, pods = 0, 0, 0
        for node in rows[number]:
            more = work.bytes[node] + work.gates(node, len(work.graph.parents[node]))
            full = size + more > work.room() or steps + 1 > work.bounds.steps
            if full or pods + work.pods[node] > work.bounds.pods:
                part, size, steps, pods = part + 1, 0, 0, 0
            cut[node] = part
            size, steps, pods = size + more, steps + 1, pods + work.pods[node]
    return cut


WAYS: dict[str, Callable[[Work], tuple[Cut, int]]] = {
    "window": lambda work: ours(work, barrier=False),
    "barrier": lambda work: ours(work, barrier=True),
    "levels": lambda work: (by_levels(work), LIVE),
    "paper": lambda work: (repaired(work), LIVE),
    "metis": metis_and_fix,
}


def measured(way: str, family: str, count: int, seed: int) -> Row:
    """Return what one way makes of one DAG; meant for a process of its own."""
    work = weighed(family, count, seed)
    before = time.process_time()
    try:
        cut, live = WAYS[way](work)
    except ImportError as error:
        return {"way": way, "family": family, "n": count, "missing": str(error)}
    cpu = time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    whole = makespan(work, MACHINE) or math.nan
    ring = circular(work.graph, cut)
    ordered = cut if ring or way != "paper" else in_order(work.graph, cut) or cut
    return {
        "way": way,
        "family": family,
        "n": count,
        "seed": seed,
        "cpu": cpu,
        "peak": peak,
        "live": live,
        "parts": max(cut) + 1,
        "least": work.least_parts(),
        "edges": cut_edges(work.graph, cut),
        "of edges": sum(map(len, work.graph.parents)),
        "in a ring": len(ring),
        "backward": len(backward(work.graph, ordered)),
        "over": len(over_budget(work, cut)) if way != "paper" else None,
        "window": _beside(
            makespan(work, MACHINE, ordered, live=min(live, LIVE)), whole
        ),
        "barrier": _beside(makespan(work, MACHINE, ordered, barrier=True), whole),
    }


def _beside(seconds: float | None, whole: float) -> float | None:
    return None if seconds is None else seconds / whole


def measure_all(given: argparse.Namespace) -> Iterator[Row]:
    """Yield a row for each way, family, size and seed."""
    for count in map(int, given.sizes.split(",")):
        for family in given.families.split(","):
            for seed in range(1, given.seeds + 1 if count < 100_000 else 2):
                for way in given.ways.split(","):
                    yield _in_child(way, family, count, seed)


def _in_child(way: str, family: str, count: int, seed: int) -> Row:
    argv = [sys.executable, __file__, "--child", way, family, str(count), str(seed)]
    done = subprocess.run(argv, check=True, capture_output=True, text=True)
    row: Row = json.loads(done.stdout)
    print(f"{count} {family} {way} {seed}", file=sys.stderr)
    return row


def deadlocks() -> list[Row]:
    """Return how often the paper's parts wait for each other, or lose steps."""
    found: list[Row] = []
    for count, graphs in ((100, 50), (1_000, 50), (10_000, 5)):
        for family in FAMILIES:
            rings, shares, losing = 0, 0.0, 0
            for seed in range(graphs):
                work = weighed(family, count, 100 + seed)
                if count == 100:
                    work = _narrow(work, 20)
                cut = repaired(work)
                ring = circular(work.graph, cut)
                rings += bool(ring)
                shares += len(ring) / (max(cut) + 1)
                if count <= 1_000:
                    made = printed(work)
                    losing += bool(made.lost or made.doubled)
            found.append(
                {
                    "family": family,
                    "n": count,
                    "graphs": graphs,
                    "in a ring": rings,
                    "share of parts": shares / graphs,
                    "printed loses": losing if count <= 1_000 else None,
                }
            )
    return found


def _narrow(work: Work, steps: int) -> Work:
    from dataclasses import replace

    return replace(work, bounds=replace(work.bounds, steps=steps))


def stability() -> list[Row]:
    """Return how many parts stay as they are when one step changes, comes or goes."""
    found: list[Row] = []
    for family in FAMILIES:
        for change, alter in CHANGES.items():
            kept: list[tuple[float, ...]] = []
            for seed in range(3):
                work = weighed(family, 1_000, seed)
                other, names = alter(work, Random(seed))
                kept.append(_kept(work, list(range(len(work.graph))), other, names))
            found.append(
                {
                    "family": family,
                    "change": change,
                    "made anew": statistics.median(one[0] for one in kept),
                    "old known": statistics.median(one[1] for one in kept),
                    "least": min(one[1] for one in kept),
                }
            )
    return found


def _kept(
    work: Work, names: list[int], other: Work, others: list[int]
) -> tuple[float, ...]:
    """Return the share of parts that are the same, made anew and with the old known."""
    first = chosen(work, MACHINE).cut
    known = dict(zip(names, first, strict=True))
    before = _contents(first, names)
    hint = [known.get(name, NEW) for name in others]
    return tuple(
        len(before & _contents(made.cut, others)) / len(before)
        for made in (chosen(other, MACHINE), chosen(other, MACHINE, before=hint))
    )


def _contents(cut: Cut, names: list[int]) -> set[frozenset[int]]:
    found: dict[int, set[int]] = {}
    for node, part in enumerate(cut):
        found.setdefault(part, set()).add(names[node])
    return {frozenset(one) for one in found.values()}


def _rewritten(work: Work, random: Random) -> tuple[Work, list[int]]:
    """One step's text grows by twenty bytes; sizes are rounded as the pass does."""
    from dataclasses import replace

    sizes = list(work.bytes)
    sizes[random.randrange(len(sizes))] += 20
    return replace(work, bytes=sizes), list(range(len(sizes)))


def _added(work: Work, random: Random) -> tuple[Work, list[int]]:
    """A step comes that waits for one other."""
    one = random.randrange(len(work.graph))
    return _again(work, [*work.graph.parents, [one]]), list(range(len(work.graph) + 1))


def _removed(work: Work, random: Random) -> tuple[Work, list[int]]:
    """A step goes that none waits for."""
    ends = [node for node, after in enumerate(work.graph.children) if not after]
    gone = random.choice(ends)
    left = [node for node in range(len(work.graph)) if node != gone]
    place = {node: index for index, node in enumerate(left)}
    parents = [[place[one] for one in work.graph.parents[node]] for node in left]
    return _again(work, parents, left), left


def _again(work: Work, parents: list[list[int]], kept: list[int] | None = None) -> Work:
    nodes = kept or list(range(len(work.graph)))
    more = len(parents) - len(nodes)
    return Work(
        graph=Graph.of(parents),
        bytes=[*(work.bytes[n] for n in nodes), *[900] * more],
        steps=[1] * len(parents),
        pods=[*(work.pods[n] for n in nodes), *[1] * more],
        seconds=[*(work.seconds[n] for n in nodes), *[SECONDS] * more],
        bounds=work.bounds,
    )


CHANGES: dict[str, Callable[[Work, Random], tuple[Work, list[int]]]] = {
    "one step's text grows by 20 bytes": _rewritten,
    "a step comes at an end": _added,
    "a step goes at an end": _removed,
}


if __name__ == "__main__":
    main()
