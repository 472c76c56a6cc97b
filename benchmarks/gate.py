"""How long the gate takes for a program, in CPU time, and a dry run, in milliseconds.

    python benchmarks/gate.py

The programs are the attacks and the honest ones of the tests, each read by the gate five
times; the dry runs are of one small program.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from couler_jupyter.nl.gate import gate
from couler_jupyter.nl.trying import try_program
from tests.nl.gate.cases import Case, attacks, honest

_TIMES = 5
_SMALL = "@couler.step\ndef one() -> int:\n    return 1\n\none()\n"


def milliseconds(
    act: Callable[[], object], clock: Callable[[], float] = time.process_time
) -> float:
    """Return how long something takes, the median of five times."""
    spans: list[float] = []
    for _ in range(_TIMES):
        start = clock()
        act()
        spans.append(clock() - start)
    return 1000 * statistics.median(spans)


def report(name: str, cases: list[Case]) -> None:
    """Print how long the gate takes for these programs."""
    gate("1")
    spans = sorted(
        (milliseconds(partial(gate, case.code, case.known)), case.name)
        for case in cases
    )
    middle = statistics.median(span for span, _ in spans)
    late = spans[int(0.95 * len(spans))][0]
    longest, which = spans[-1]
    print(
        f"{name}: {len(cases)} programs, median {middle:.2f} ms, 95 % below {late:.2f} ms, "
        f"longest {longest:.1f} ms ({which})"
    )


if __name__ == "__main__":
    report("honest", honest())
    report("attacks", attacks())
    took = milliseconds(lambda: try_program(_SMALL, "small"), time.perf_counter)
    print(f"dry run: {took:.0f} ms")
