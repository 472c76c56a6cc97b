"""`%couler plan` and `%couler passes` in a notebook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from couler_jupyter.errors import UnknownName, UsageFailed
from couler_jupyter.protocol import is_plan
from couler_jupyter.session import Session
from tests.magics.conftest import RunCell

STEPS = """
import couler_jupyter as couler

@couler.step
def load() -> list:
    return [1, 2]

@couler.step
def total(numbers: list, factor: int = 1) -> int:
    return factor * sum(numbers)
"""
BUILD = "%%couler w --quiet\nfactor = couler.parameter('factor', default=1)\ntotal(load(), factor)"


@pytest.fixture
def built(cell: RunCell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunCell:
    """A shell in which a workflow `w` is defined, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    cell(STEPS)
    cell(BUILD)
    return cell


def test_a_plan_tells_what_a_run_would_do(
    built: RunCell, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    built("%couler plan w")
    shown = capsys.readouterr().out
    assert "plan of w on local · 2 to run" in shown
    assert "unknown" in shown
    assert not session.store.runs()


def test_it_is_json_if_wanted(
    built: RunCell, capsys: pytest.CaptureFixture[str]
) -> None:
    built("%couler plan w --engine argo --target load --json")
    plan = json.loads(capsys.readouterr().out)
    assert is_plan(plan)
    assert (plan["engine"], plan["targets"]) == ("argo", ["load"])
    assert [one["fate"] for one in plan["rows"]] == ["run", "left out"]


def test_two_plans_are_compared(
    built: RunCell, capsys: pytest.CaptureFixture[str]
) -> None:
    built("%couler plan w")
    capsys.readouterr()
    built("%couler plan w --target load --diff")
    shown = capsys.readouterr().out
    assert "plans of w, local → local for load" in shown
    assert "total: will run, unknown → left out" in shown


def test_plans_for_two_engines_are_compared(
    built: RunCell, capsys: pytest.CaptureFixture[str]
) -> None:
    built("%couler plan w --engine argo --diff local")
    assert "plans of w, local → argo" in capsys.readouterr().out


def test_a_plan_is_compared_with_one_in_a_file(
    built: RunCell, capsys: pytest.CaptureFixture[str]
) -> None:
    built("%couler plan w --json")
    Path("before.json").write_text(capsys.readouterr().out)
    built("%couler plan w --diff before.json")
    assert "both plans say the same" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "[]", '{"type": "plan"}', "{"])
def test_a_file_that_is_no_plan_is_told(built: RunCell, text: str) -> None:
    Path("before.json").write_text(text)
    with pytest.raises(UsageFailed, match=r"before\.json") as raised:
        built("%couler plan w --diff before.json")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("line", "error", "told"),
    [
        ("plan w --diff", UsageFailed, "there is no earlier plan of 'w'"),
        ("plan w --target totla", UnknownName, "did you mean 'total'"),
        ("plan w --passes prun", UnknownName, "did you mean 'prune'"),
        ("plan w --diff agro", UnknownName, "did you mean 'argo'"),
        ("plan w -p fctor=1", UsageFailed, "did you mean 'factor'"),
        ("passes prun", UnknownName, "did you mean 'prune'"),
        ("passes split{max-step=3}", UsageFailed, "did you mean 'max-steps'"),
        ("run w --target lod", UnknownName, "did you mean 'load'"),
    ],
)
def test_wrong_calls_are_one_line(
    built: RunCell, session: Session, line: str, error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told) as raised:
        built(f"%couler {line}")
    assert "\n" not in str(raised.value)
    assert not session.store.runs()


@pytest.mark.parametrize(
    "text", ["prune,split{max-steps=7}", '"prune, split{max-steps=7 live=2}"', "none"]
)
def test_passes_are_chosen(built: RunCell, session: Session, text: str) -> None:
    built(f"%couler passes {text}")
    assert session.passes == text.strip('"').replace(", ", ",")
    built("%couler passes default")
    assert session.passes == "default"


def test_passes_are_shown(built: RunCell, capsys: pytest.CaptureFixture[str]) -> None:
    built("%couler passes")
    shown = capsys.readouterr().out
    assert shown.startswith("passes: default\ndefault: validate,prune,")
    assert "prune      Leave out steps that no target needs." in shown


def test_only_what_a_target_needs_runs(built: RunCell, session: Session) -> None:
    built("%couler run w --target load")
    assert set(session.run().steps) == {"load"}


def test_a_plan_that_is_the_value_of_a_cell_is_drawn(
    built: RunCell, shell: InteractiveShell, session: Session
) -> None:
    plan = session.plan(session.find("w"))
    formatter: Any = shell.display_formatter
    shown, _ = formatter.format(plan)
    assert "<table>" in shown["text/html"]
    assert shown["text/plain"].startswith("plan of w on local")
