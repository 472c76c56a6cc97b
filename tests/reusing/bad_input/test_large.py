"""Artifacts that are large: they pass through, and are never in memory."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from couler_jupyter.ir import Phase
from tests.engines.local.runs.bench import Bench
from tests.reusing.flows import Tally, line

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
MIB = 1 << 20
SIZE = int(os.environ.get("COULER_LARGE_BYTES", 600 * MIB))
"""Bytes of what is large; all of it is written four times, so 20 GB take their time."""
OFFER = """
import resource, sys, time
from pathlib import Path
from couler_jupyter.store import Store
store = Store.open(sys.argv[1], budget=10**10)
assert store.put(b"small") is not None
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert store.put(Path(sys.argv[2])) is None
assert (store.used, list(store.place.staged())) == (5, [])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_large_artifact_is_kept_and_brought_in_little_memory(
    bench: Bench, tally: Tally, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COULER_CACHE_BUDGET", str(2 * SIZE))
    gate = tmp_path / "gate"
    waiting = f"while [ ! -e {gate} ]; do sleep 0.02; done; wc -c < data > out"
    flow = line(tally, f"truncate -s {SIZE} out", waiting)
    for made in (["s0", "s1"], ["s1"]):
        run = bench.submit(flow)
        bench.wait(run, "s1", Phase.RUNNING)
        status = Path(f"/proc/{bench.supervisor(run)}/status")
        gate.touch()
        peak = 0
        while bench.store.held(run.id) and not bench.store.phase(run.id).ended:
            peak = max(peak, _peak(status))
        ended = bench.ended(run)
        assert ended.phase is Phase.SUCCEEDED
        assert tally.taken() == made
        assert 0 < peak < 300 * MIB
        flow = line(tally, f"truncate -s {SIZE} out", f"{waiting}; echo >> out")


def test_20_gb_that_have_no_room_are_not_written_and_not_in_memory(
    tmp_path: Path,
) -> None:
    sparse = tmp_path / "sparse"
    with sparse.open("wb") as file:
        file.truncate(20 * 10**9)
    done = subprocess.run(
        [sys.executable, "-c", OFFER, str(tmp_path / "store"), str(sparse)],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    sparse.unlink()
    assert done.stderr == ""
    assert int(done.stdout) < 64 << 10  # KiB


def _peak(status: Path) -> int:
    """Return the most memory that a process ever had, 0 if it is gone."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(found[1]) * 1024 if found else 0
