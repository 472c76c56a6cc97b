from __future__ import annotations

import json
import re

import pytest
from IPython.core.completer import CompletionContext, provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from couler_jupyter.errors import RunFailed, UnknownName, UsageFailed
from couler_jupyter.ir import Phase
from couler_jupyter.magics.completion import candidates
from couler_jupyter.session import Session
from tests.magics.conftest import RunCell

STEPS = """
import couler_jupyter as couler

@couler.step
def load() -> list:
    print("loading")
    return [1, 2]

@couler.step
def total(numbers: list, factor: int = 1) -> int:
    return factor * sum(numbers)

@couler.step
def fail() -> int:
    raise ValueError("no luck today")
"""
BUILD = "%%couler w --quiet\nfactor = couler.parameter('factor', default=1)\ntotal(load(), factor)"


@pytest.fixture
def built(cell: RunCell) -> RunCell:
    """A shell in which a workflow `w` is defined."""
    cell(STEPS)
    cell(BUILD)
    return cell


def test_run_follows_to_the_end(
    built: RunCell, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    built("%couler run w -p factor=5")
    run = session.run()
    assert run.phase is Phase.SUCCEEDED
    assert run.output("total") == 15
    shown = capsys.readouterr().out
    assert f"run {run.id}" in shown
    assert re.search(r"total .*succeeded", shown)


def test_a_cell_can_run_at_once(cell: RunCell, session: Session) -> None:
    cell(STEPS)
    cell("%%couler at-once --run\ntotal(load())")
    assert session.run().output("total") == 3


def test_status_logs_outputs_runs(
    built: RunCell, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    built("%couler run w")
    capsys.readouterr()
    built("%couler status")
    assert "succeeded" in capsys.readouterr().out
    built("%couler logs load")
    assert capsys.readouterr().out == "loading\n"
    built("%couler outputs total")
    assert capsys.readouterr().out == "total.result = 3\n"
    built("%couler runs --json")
    [record] = map(json.loads, capsys.readouterr().out.splitlines())
    assert (record["id"], record["phase"]) == (session.run().id, "succeeded")


def test_a_failed_run_is_one_line_that_says_why(
    built: RunCell, session: Session
) -> None:
    built("%%couler bad --quiet\nfail()")
    with pytest.raises(RunFailed) as caught:
        built("%couler run bad")
    assert "fail: ValueError: no luck today" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert session.run().phase is Phase.FAILED


def test_retry_runs_only_what_had_failed(built: RunCell, session: Session) -> None:
    built("from pathlib import Path\nimport tempfile\nmark = tempfile.mktemp()")
    built(
        "@couler.step\ndef once(numbers: list, mark: str) -> int:\n"
        "    from pathlib import Path\n"
        "    if not Path(mark).exists():\n"
        "        Path(mark).touch()\n"
        "        raise ValueError('first time')\n"
        "    return len(numbers)"
    )
    built("%%couler again --quiet\nonce(load(), mark)")
    with pytest.raises(RunFailed, match="first time"):
        built("%couler run again")
    run = session.run()
    before = run.steps["load"].finished
    built("%couler retry")
    assert session.run().id == run.id
    assert run.phase is Phase.SUCCEEDED
    assert run.output("once") == 2
    assert run.steps["load"].finished == before


def test_detach_then_cancel(built: RunCell, session: Session) -> None:
    built(
        "%%couler slow --quiet\ncouler.run_script(source='sleep 600', command='sh', step_name='s')"
    )
    built("%couler run slow --detach")
    assert not session.run().phase.ended
    built("%couler cancel")
    assert session.run().phase is Phase.CANCELLED


def test_show_plan_validate_export_engines(
    built: RunCell, capsys: pytest.CaptureFixture[str]
) -> None:
    for line, expected in (
        ("show", "total"),
        ("show --as json", '"format": "couler-workflow"'),
        ("plan", "plan of w on local · 2 to run"),
        ("validate", "w: 2 steps, valid for local"),
        ("export --to yaml", "format: couler-workflow"),
        ("engines", "local"),
        ("--help", "VERB"),
        ("run --help", "--param"),
    ):
        built(f"%couler {line}")
        assert expected in capsys.readouterr().out, line


@pytest.mark.parametrize(
    ("line", "error", "message"),
    [
        ("rnu w", UsageFailed, "rnu"),
        ("run nothing", UsageFailed, "no workflow named 'nothing'"),
        ("run w -p fctor=1", UsageFailed, "did you mean 'factor'"),
        ("run w -p factor=x", UsageFailed, "factor"),
        ("run w -o slotz=1", UsageFailed, "did you mean 'slots'"),
        ("run w --engine locl", UnknownName, "did you mean 'local'"),
        ("status nothing", UnknownName, "nothing"),
        ("logs", UsageFailed, "STEP"),
    ],
)
def test_wrong_calls_are_one_line(
    built: RunCell, line: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        built(f"%couler {line}")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_settings(built: RunCell, session: Session) -> None:
    built("%config CoulerMagics.wait = False")
    built("%couler run w")
    session.run().wait(60)
    assert session.run().phase is Phase.SUCCEEDED
    built("%config CoulerMagics.engine = 'nowhere'")
    with pytest.raises(UnknownName, match="nowhere"):
        built("%couler run w")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%couler ru", "run"),
        ("%couler run ", "w"),
        ("%couler run w --eng", "--engine"),
        ("%couler run w --engine ", "local"),
        ("%couler show --as ", "yaml"),
        ("%%couler --r", "--run"),
    ],
)
def test_completion(
    built: RunCell, shell: InteractiveShell, text: str, expected: str
) -> None:
    magics = shell.magics_manager.registry["CoulerMagics"]
    token = text.rsplit(" ", maxsplit=1)[-1]
    context = CompletionContext(
        token=token,
        full_text=text,
        cursor_position=len(text),
        cursor_line=0,
        limit=None,
    )
    assert expected in candidates(context, magics)


def test_completion_through_the_shell(built: RunCell, shell: InteractiveShell) -> None:
    completer = shell.Completer
    assert completer is not None
    with provisionalcompleter():
        found = {one.text for one in completer.completions("%couler val", 11)}
    assert "validate" in found
    assert "value" not in found
