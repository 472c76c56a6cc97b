"""What a run's view may ask about one step."""

from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.errors import UnknownName
from couler_jupyter.session import Session
from couler_jupyter.session.telling import told_of
from tests.protocol.cases import nested


def test_a_step_is_told_by_its_path_in_the_run(tmp_path: Path) -> None:
    run = Session(root=tmp_path).submit(nested())
    run.wait(60)
    told = told_of(run, "tune[1]/score")
    assert told["id"] == "tune/score"
    assert told["arguments"] == [{"name": "m", "text": "fit.result"}]
    assert told["decision"] == ["the cache is switched off"]
    assert told_of(run, "tune")["template"][0]["name"] == "workflow"


def test_a_cache_that_cannot_be_read_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COULER_CACHE", "on")
    monkeypatch.setenv("COULER_CACHE_BUDGET", "plenty")
    session = Session(root=tmp_path)
    monkeypatch.setenv("COULER_CACHE", "off")
    monkeypatch.delenv("COULER_CACHE_BUDGET")
    run = session.submit(nested())
    run.wait(60)
    monkeypatch.setenv("COULER_CACHE", "on")
    monkeypatch.setenv("COULER_CACHE_BUDGET", "plenty")
    (why,) = told_of(run, "load")["decision"]
    assert "plenty" in why


def test_a_step_that_is_not_there(tmp_path: Path) -> None:
    run = Session(root=tmp_path).submit(nested())
    run.wait(60)
    with pytest.raises(UnknownName, match="tone"):
        told_of(run, "tone/fit")
