"""`%couler submit` and `%couler targets`: the form in a notebook, the line elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from couler_jupyter.errors import UnknownName, UsageFailed
from couler_jupyter.ir import Phase
from couler_jupyter.magics.submit_form import SubmitInCell
from couler_jupyter.protocol.submit import SubmitRequest
from couler_jupyter.session import Session
from tests.engines.local.runs.bench import wait_for
from tests.magics.conftest import RunCell

STEPS = """
import couler_jupyter as couler

@couler.step
def load() -> list:
    return [1, 2]

@couler.step
def total(numbers: list, factor: int) -> int:
    return factor * sum(numbers)
"""
BUILD = """%%couler w --quiet
factor = couler.parameter('factor', type='integer')
total(load(), factor)"""


@pytest.fixture
def built(cell: RunCell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunCell:
    """A shell in which a workflow `w` is defined, with targets of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COULER_TARGETS", str(tmp_path / "targets.toml"))
    cell(STEPS)
    cell(BUILD)
    return cell


def test_where_there_are_no_widgets_it_is_submitted(
    built: RunCell, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageFailed, match=r"'factor'.* has no default"):
        built("%couler submit w")
    built("%couler submit w -p factor=2")
    assert session.run().wait(timeout=60).output("total") == 6
    assert f"run {session.run().id}" in capsys.readouterr().out


def test_a_dry_run_starts_nothing(
    built: RunCell, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    built("%couler submit w -p factor=2 --dry-run")
    assert "this machine can run all 2 steps" in capsys.readouterr().out
    assert not session.store.runs()


def test_targets_are_added_listed_used_and_removed(
    built: RunCell, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    built("%couler targets add small --engine local -o slots=1")
    built("%couler targets")
    assert "small  local  slots=1" in capsys.readouterr().out
    built("%couler submit w -p factor=2 --on small -o keep_work=true")
    run = session.run().wait(timeout=60)
    options = json.loads(run.record.options)
    assert (options["slots"], options["keep_work"]) == (1, True)
    with pytest.raises(UsageFailed, match="leave --engine out"):
        built("%couler run w -p factor=2 --on small --engine argo")
    built("%couler targets remove small")
    with pytest.raises(UnknownName, match="no target named 'small'"):
        built("%couler run w -p factor=2 --on small")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("add", "give the NAME"),
        ("add x --engine fnord", "there is no engine 'fnord'"),
        ("add x --engine local -o colour=red", "no option 'colour'"),
        ("add x --engine local -o slots=[1]", "write a text, a number"),
        ("add x --engine argo -s token=abcdef", "not what it is"),
        ("add x --engine argo -s abcdef", "a secret is written name=where"),
    ],
)
def test_a_wrong_target_is_told_and_no_secret_repeated(
    built: RunCell, tmp_path: Path, line: str, why: str
) -> None:
    with pytest.raises(UsageFailed, match=why) as raised:
        built(f"%couler targets {line}")
    assert "abcdef" not in str(raised.value)
    assert not (tmp_path / "targets.toml").exists()


def test_a_secret_that_is_not_there_is_told(
    built: RunCell,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("STAGING_TOKEN", raising=False)
    built("%couler targets add staging --engine argo -s token=env:STAGING_TOKEN")
    built("%couler targets list")
    shown = capsys.readouterr().out
    assert "token by env:STAGING_TOKEN" in shown
    assert "there is no secret at env:STAGING_TOKEN" in shown


class Asked:
    """A form in a cell, and what its browser would hear."""

    def __init__(self, session: Session) -> None:
        self.form = SubmitInCell(session, session.find("w"))
        self.said: list[dict[str, Any]] = []
        self.form.widget.send = lambda content, buffers=None: self.said.append(content)

    def ask(self, kind: str, **more: Any) -> str:
        """Ask for something and return what is wrong with it."""
        request: SubmitRequest = {"id": "1", "type": kind, **more}  # type: ignore[typeddict-item]
        self.form.widget._on_message(self.form.widget, request, [])
        return str(
            next(m for m in reversed(self.said) if m["type"] == "reply")["error"]
        )

    @property
    def view(self) -> dict[str, Any]:
        """What is shown now."""
        return dict(self.form.widget.view)

    def until(self, state: str) -> dict[str, Any]:
        """Wait until the submission stands somewhere."""
        wait_for(lambda: self.view["state"] == state)
        return self.view


@pytest.fixture
def asked(built: RunCell, session: Session) -> Asked:
    """A form for `w` that was opened."""
    assert built is not None
    made = Asked(session)
    made.form.open()
    made.until("editing")
    return made


def test_a_form_submits_and_follows(asked: Asked, session: Session) -> None:
    assert "has no default" in asked.view["faults"]["argument:factor"]
    form = {**asked.view["form"], "arguments": {"factor": "3"}}
    assert asked.ask("change", form=form, edit="e1") == ""
    view = asked.until("ready")
    assert view["checked"] == "e1"
    assert "plan of w on local" in str(asked.form.widget.plan["heading"])
    assert '"w"' in str(asked.form.widget.manifest["text"])
    ticket = view["submission"]
    assert asked.ask("submit", submission=ticket) == ""
    assert "already" in asked.ask("submit", submission=ticket)
    view = asked.until("ended")
    assert len(session.store.runs()) == 1
    assert (view["phase"], view["steps"]) == ("succeeded", ["load", "total"])
    assert asked.form.widget.follower
    assert session.run().output("total") == 9
    assert asked.ask("retry_from", step="total") == ""
    wait_for(lambda: session.run().steps["total"].attempt == 2)
    asked.until("ended")
    assert asked.ask("anew") == ""
    asked.until("ready")
    assert asked.form.widget.follower == ""


def test_a_run_is_cancelled_in_the_background(built: RunCell, session: Session) -> None:
    built(
        "%%couler w --quiet\ncouler.run_script(source='sleep 77.7', command='sh', step_name='s')"
    )
    asked = Asked(session)
    asked.form.open()
    ticket = asked.until("ready")["submission"]
    assert asked.ask("submit", submission=ticket) == ""
    asked.until("following")
    assert asked.ask("cancel") == ""
    assert asked.until("ended")["phase"] == "cancelled"
    assert session.run().phase is Phase.CANCELLED


@pytest.mark.parametrize(
    ("kind", "more", "why"),
    [
        ("change", {"form": 3}, "no table of fields"),
        ("change", {}, "no table of fields"),
        ("submit", {"submission": "x"}, "put right"),
        ("retry_from", {"step": "load"}, "no run that is ended"),
        ("format", {}, "no request 'format'"),
    ],
    ids=["no-form", "none", "submit", "rerun", "unknown"],
)
def test_what_cannot_be_is_answered(
    asked: Asked, kind: str, more: dict[str, Any], why: str
) -> None:
    assert why in asked.ask(kind, **more)


def test_a_saved_notebook_keeps_what_it_came_to(asked: Asked) -> None:
    still: Callable[[], tuple[dict[str, Any], Any]] = (
        asked.form.widget._repr_mimebundle_
    )
    assert "load" in still()[0]["text/plain"]
    form = {**asked.view["form"], "arguments": {"factor": "3"}}
    asked.ask("change", form=form, edit="e1")
    view = asked.until("ready")
    assert still()[0]["text/plain"].startswith("plan of w on local")
    asked.ask("submit", submission=view["submission"])
    asked.until("ended")
    data = still()[0]
    assert "succeeded" in data["text/plain"]
    assert "<table>" in data["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in data


def test_a_cell_that_is_only_collected_submits_nothing(
    built: RunCell, session: Session, shell: InteractiveShell
) -> None:
    assert shell is not None
    session.defining = True
    built("%couler submit w")
    assert not session.store.runs()
