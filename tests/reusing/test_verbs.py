"""What people see of the cache, and what they can do with it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from couler_jupyter.errors import CoulerError
from couler_jupyter.ir import Script, Workflow
from couler_jupyter.session import RunHandle, Session
from couler_jupyter.verbs import VERBS, build_parser
from tests.engines.local.runs.bench import Bench
from tests.reusing.flows import Tally
from tests.reusing.test_what_runs_again import chain, files


class Said:
    """A console that keeps what it is told."""

    def __init__(self) -> None:
        self.text = ""

    def say(self, text: str) -> None:
        self.text += f"{text}\n"

    def write(self, chunk: str) -> None:
        self.text += chunk

    def show_workflow(self, workflow: Workflow) -> None:
        raise AssertionError(workflow)

    def show_run(self, run: RunHandle) -> None:
        raise AssertionError(run)

    def follow(self, run: RunHandle, *, wait: bool) -> None:
        raise AssertionError((run, wait))


def said(session: Session, *words: str) -> str:
    """Return what a verb says."""
    parser = build_parser("couler", [VERBS.get(name)() for name in ("cache", "why")])
    given = parser.parse_args(list(words))
    console = Said()
    assert given.execute(session, given, console) == 0
    return console.text


@pytest.fixture
def session(bench: Bench) -> Session:
    return Session(root=bench.store.root)


def test_nothing_yet(session: Session) -> None:
    assert "nothing is kept yet" in said(session, "cache")
    assert "has not run yet" in said(session, "why", "load")
    with pytest.raises(CoulerError, match="no runs yet"):
        said(session, "cache", "simulate")


def test_what_is_kept_and_why(bench: Bench, session: Session, tmp_path: Path) -> None:
    tally = Tally(tmp_path)
    flow = files(tally, 1000)
    run = bench.run(flow).run
    table = said(session, "cache")
    assert "files/make" in table
    assert "files/take" in table
    assert "of 100 MB" in table
    assert "chance that the next run reads it" in said(session, "cache", "why", "make")
    assert f"in run {run.id}" in said(session, "cache", "why", "files/make")
    rows = [json.loads(line) for line in said(session, "cache", "--json").splitlines()]
    assert {row["size"] for row in rows} == {3893}
    assert "1 runs would have taken" in said(
        session, "cache", "simulate", "--budget", "1K"
    )


def test_pins_budget_and_clearing(
    bench: Bench, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COULER_CACHE_BUDGET")
    tally = Tally(tmp_path)
    bench.run(files(tally, 1000))
    tally.taken()
    said(session, "cache", "pin", "make")
    assert "pinned" in said(session, "cache", "why", "make")
    said(session, "cache", "budget", "4K")
    assert "given up since" in said(session, "cache", "why", "take")
    said(session, "cache", "unpin", "make")
    said(session, "cache", "drop", "make")
    bench.run(files(tally, 1000))
    assert tally.taken() == ["make", "take"]
    said(session, "cache", "clear")
    assert "nothing is kept yet" not in said(session, "cache")
    bench.run(files(tally, 1000))
    assert tally.taken() == ["make", "take"]


def test_policies(session: Session) -> None:
    assert "* value" in said(session, "cache", "policies")
    said(session, "cache", "policy", "lru")
    assert "* lru" in said(session, "cache", "policies")
    with pytest.raises(CoulerError, match="policy"):
        said(session, "cache", "policy", "best")
    with pytest.raises(CoulerError, match="no size"):
        said(session, "cache", "budget", "much")


def test_why_tells_what_changed(bench: Bench, session: Session, tmp_path: Path) -> None:
    tally = Tally(tmp_path)
    first = bench.run(chain(tally))
    bench.run(chain(tally, middle="return load + 2"))
    session.define(chain(tally, middle="return load + 3"))
    told = said(session, "why", "middle")
    assert f"what had changed since run {first.run.id}:" in told
    assert "-    return load + 1" in told
    assert "+    return load + 2" in told
    assert "edited since" in told
    assert "+    return load + 3" in told
    assert "input middle: was 2, is 3" in said(session, "why", "last")
    assert "reused from run" in said(session, "why", "load")
    silent = replace(chain(tally).steps[0], name="silent", template=Script(source="ls"))
    session.define(Workflow(name="silent", steps=(silent,)))
    assert "never reused: it leaves nothing behind" in said(session, "why", "silent")
