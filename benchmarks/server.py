"""How long the server extension takes to answer, over a store of many runs.

    python benchmarks/server.py [--runs 1000] [--steps 10000]

A real Jupyter server in a process of its own is asked over HTTP, by one client, on this
machine. Told are the median of the time until the answer is there, the CPU time that the
server takes for one, and the size of its body.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from couler_jupyter.ir import Phase, Script, Step, Workflow
from couler_jupyter.runs import RunStore
from tests.server import past
from tests.server.serving import Client, serving

_TIMES = 40


def main() -> None:
    """Measure, and print one line for each question."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--steps", type=int, default=10_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        store = RunStore(Path(home) / "store")
        last = [past.failed(store) for _ in range(given.runs)][-1]
        big = _big(store, given.steps)
        wide = past.failed(store, workflow=_wide(1000))
        store.log_path(last.id, "train", 1).write_bytes(b"a line of a log\n" * 65536)
        with serving(Path(home) / "home", store=store.root) as client:
            print(
                f"{given.runs} runs, one of them of {given.steps} steps; median of {_TIMES}"
            )
            _tell(client, "1,000 runs", "/runs?limit=1000")
            _tell(client, "the first 50", "/runs?limit=50")
            _tell(client, "50, sorted by duration", "/runs?limit=50&sort=duration")
            _tell(client, "50, searched", "/runs?limit=50&search=pair")
            _tell(
                client, "the first 50, as they were (304)", "/runs?limit=50", again=True
            )
            _tell(client, "one run of 2 steps", f"/runs/{last.id}")
            _tell(client, f"one run of {given.steps} steps", f"/runs/{big}")
            _tell(
                client,
                "its last 1,000 events",
                f"/runs/{big}/events?after={given.steps - 999}",
            )
            _tell(client, "a drawing of 2 steps", f"/runs/{last.id}/drawing")
            _tell(client, "a drawing of 1,000 steps", f"/runs/{wide.id}/drawing")
            _tell(client, "256 KiB of a log", f"/runs/{last.id}/log?step=train")
        store.close()


def _tell(client: Client, what: str, path: str, *, again: bool = False) -> None:
    import psutil

    first = client.ask("GET", path)
    headers = {"If-None-Match": first.headers["etag"]} if again else {}
    took: list[float] = []
    server = psutil.Process(client.pid)
    before = sum(server.cpu_times()[:2])
    for _ in range(_TIMES):
        begun = time.perf_counter()
        answer = client.ask("GET", path, headers=headers)
        took.append(time.perf_counter() - begun)
        assert answer.status == (304 if again else 200), answer.body
    cpu = (sum(server.cpu_times()[:2]) - before) / _TIMES
    size = "no body" if again else f"{len(first.body) / 1000:,.0f} kB"
    wall = statistics.median(took)
    print(f"{what:<36} {1000 * wall:7.1f} ms {1000 * cpu:7.1f} ms CPU  {size}")


def _big(store: RunStore, count: int) -> str:
    events = [(f"train[{n}]", Phase.SUCCEEDED) for n in range(count)]
    return past.told(store, ("", Phase.RUNNING), *events, ("", Phase.FAILED)).id


def _wide(count: int) -> Workflow:
    steps = [
        Step(
            name=f"step-{n}",
            template=Script(source="true"),
            after=(f"step-{(n - 1) // 2}",) if n else (),
        )
        for n in range(count)
    ]
    return Workflow(name="wide", steps=tuple(steps))


if __name__ == "__main__":
    main()
