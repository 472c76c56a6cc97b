"""Artifacts that are large: they pass through, and are never in memory."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from couler_jupyter.ir import Phase
from tests.engines.local.runs.bench import Bench
from tests.reusing.flows import Tally, line

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
MIB = 1 << 20


def test_a_large_artifact_is_kept_and_brought_in_little_memory(
    bench: Bench, tally: Tally, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COULER_CACHE_BUDGET", "2G")
    gate = tmp_path / "gate"
    waiting = f"while [ ! -e {gate} ]; do sleep 0.02; done; wc -c < data > out"
    flow = line(tally, f"truncate -s {600 * MIB} out", waiting)
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
        flow = line(tally, f"truncate -s {600 * MIB} out", f"{waiting}; echo >> out")


def _peak(status: Path) -> int:
    """Return the most memory that a process ever had, 0 if it is gone."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(found[1]) * 1024 if found else 0
