"""Budgets that are smaller than what is to be kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.caching import POLICIES
from couler_jupyter.ir import Phase
from couler_jupyter.store import Store
from tests.engines.local.runs.bench import Bench
from tests.reusing.flows import Tally, line


def kept(folder: Path) -> tuple[int, int]:
    """Return bytes that are counted, and that lie there."""
    store = Store.open(folder / "cache")
    found = store.used, sum(one.size for one in store.place.objects())
    store.close()
    return found


@pytest.mark.parametrize("policy", POLICIES.names())
def test_what_is_larger_than_the_budget_has_nothing_given_up_for_it(
    bench: Bench,
    tally: Tally,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    policy: str,
) -> None:
    monkeypatch.setenv("COULER_CACHE_BUDGET", "5000")
    monkeypatch.setenv("COULER_CACHE_POLICY", policy)
    flow = line(tally, "seq 500 > out", "seq 20000 > out")
    for _ in range(2):
        ended = bench.run(flow)
        assert ended.phase is Phase.SUCCEEDED
        assert Path(str(ended.outputs["s0"]["o0"])).read_text().count("\n") == 500
    small = 0 if policy == "none" else 1892
    assert kept(tmp_path) == (small, small)


def test_no_budget_at_all_keeps_nothing_and_fails_nothing(
    bench: Bench, tally: Tally, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COULER_CACHE_BUDGET")
    Store.open(tmp_path / "cache", budget=0).close()
    flow = line(tally, "seq 500 > out", "wc -l < data > out")
    for _ in range(2):
        assert bench.run(flow).phase is Phase.SUCCEEDED
    assert kept(tmp_path) == (0, 0)


def test_a_budget_that_shrinks_under_a_run_is_not_exceeded_by_more(
    bench: Bench, tally: Tally, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COULER_CACHE_BUDGET")
    gate = tmp_path / "gate"
    waiting = f"while [ ! -e {gate} ]; do sleep 0.02; done; sort -r data > out"
    run = bench.submit(line(tally, "seq 500 > out", waiting))
    bench.wait(run, "s1", Phase.RUNNING)
    store = Store.open(tmp_path / "cache")
    store.set_budget(100)
    before = store.used
    store.close()
    gate.touch()
    assert bench.ended(run).phase is Phase.SUCCEEDED
    assert kept(tmp_path) <= (before, before)
