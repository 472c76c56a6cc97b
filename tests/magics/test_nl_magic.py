"""`%%nl`, `%nl` and `%%lake` in a shell: what is asked, shown, proposed; nothing is run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from couler_jupyter.errors import (
    InvalidDocument,
    ModelFailed,
    UnknownName,
    UsageFailed,
)
from couler_jupyter.llm import HOW_TO_CONFIGURE
from couler_jupyter.nl.lake import Lake
from couler_jupyter.session import Session
from couler_jupyter.session.wishes import Proposals
from couler_jupyter.testing.models import Planned, QueueModel
from tests.magics.conftest import RunCell
from tests.nl.wishing import REVISED, answers

WISH = "%%nl count-rows --model some-model\nload the rows and count them"
Asked = Callable[..., QueueModel]
Out = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COULER_LLM_CONFIG", str(tmp_path / "llm.toml"))
    monkeypatch.setenv("COULER_LAKE", str(tmp_path / "lake"))
    for name in ("MODEL", "BASE_URL", "API_KEY", "PROVIDER", "TRANSCRIPT"):
        monkeypatch.delenv(f"COULER_LLM_{name}", raising=False)


@pytest.fixture
def asked(shell: InteractiveShell, session: Session) -> Asked:
    """Have the session ask a model that gives these answers."""

    def plan(*planned: Planned) -> QueueModel:
        queue = QueueModel(planned, "some-model")
        session._proposals = Proposals(
            lambda: shell.user_ns,
            lambda: session.workflows,
            opened=lambda *_: queue,
        )
        return queue

    return plan


def next_cell(shell: InteractiveShell) -> str:
    """Return the cell that was put after this one, and take it away."""
    found: str | None = getattr(shell, "rl_next_input", None)
    shell.rl_next_input = None
    return found or ""


def test_a_wish_becomes_the_next_cell_and_nothing_runs(
    cell: RunCell, shell: InteractiveShell, session: Session, asked: Asked, capsys: Out
) -> None:
    queue = asked(*answers())
    assert cell(WISH) is None
    out = capsys.readouterr().out
    assert "modules: load, count" in out
    assert "attempt 1: passes its checks" in out
    assert "nothing has run" in out
    assert "uses    function: count  (count)" in out
    proposed = next_cell(shell)
    assert proposed.startswith("%%couler count-rows\n\nimport couler_jupyter as couler")
    assert session.workflows == {}
    assert session.runs() == ()
    assert "count" not in shell.user_ns
    assert queue.left == 0


def test_the_proposed_cell_runs_when_a_person_runs_it(
    cell: RunCell, shell: InteractiveShell, session: Session, asked: Asked
) -> None:
    asked(*answers())
    cell(WISH)
    cell(next_cell(shell))
    cell("%couler run count-rows")
    assert session.run().output("count") == 3


def test_a_change_shows_what_it_changes(
    cell: RunCell, shell: InteractiveShell, asked: Asked, capsys: Out
) -> None:
    score = '{"score": 1, "critique": ""}'
    queue = asked(*answers(), f"```python\n{REVISED}\n```", score)
    cell(WISH)
    cell('%nl revise "load ten, don\'t load three"')
    assert "load ten, don't load three" in queue.asked[3].text
    out = capsys.readouterr().out
    assert "-    return [1, 2, 3]" in out
    assert "+    return list(range(10))" in out
    assert "list(range(10))" in next_cell(shell)
    cell("%nl insert 1")
    assert "[1, 2, 3]" in next_cell(shell)
    cell("%nl insert")
    assert "list(range(10))" in next_cell(shell)
    cell("%nl history")
    history = capsys.readouterr().out.splitlines()
    assert [line[:16] for line in history[-2:]] == [
        "  1  count-rows:",
        "  2  count-rows:",
    ]


def test_why_says_what_a_step_is_for(cell: RunCell, asked: Asked, capsys: Out) -> None:
    asked(*answers())
    cell(WISH)
    cell("%nl why count")
    assert "module 'count' (custom): Count them" in capsys.readouterr().out
    with pytest.raises(
        UnknownName, match="no step named 'cuont'; did you mean 'count'"
    ):
        cell("%nl why cuont")


def test_a_question_comes_back_and_no_cell(
    cell: RunCell, shell: InteractiveShell, asked: Asked, capsys: Out
) -> None:
    asked(json.dumps({"question": "count what?", "name": "", "modules": []}))
    cell(WISH)
    assert "count what?" in capsys.readouterr().out
    assert next_cell(shell) == ""


def test_the_notebook_is_told_of_only_when_a_person_says_so(
    cell: RunCell, asked: Asked, capsys: Out
) -> None:
    cell("def cleaned(rows: list) -> list:\n    return rows")
    cell("_hidden = 'my own word'")
    queue = asked(*answers(), *answers(), *answers(), *answers())
    cell(WISH)
    assert "were not told to some-model: %nl context shows" in capsys.readouterr().out
    cell("%nl context")
    shown = capsys.readouterr().out
    assert "not told of this notebook" in shown
    assert "function cleaned(rows: list) -> list" in shown
    cell("%nl context on")
    capsys.readouterr()
    cell(WISH)
    assert (
        "function cleaned(rows: list) -> list"
        in capsys.readouterr().out.split("asks")[0]
    )
    cell(WISH.replace("--model", "--no-context --model"))
    cell("%nl context off")
    cell(WISH)
    told = ["cleaned(rows" in one.text for one in queue.asked]
    assert told == [False] * 3 + [True, True, False] + [False] * 6


def test_no_secret_reaches_the_model_or_the_output(
    cell: RunCell, asked: Asked, capsys: Out
) -> None:
    word = "sk-proj-0123456789abcdefghij"
    queue = asked(*answers())
    cell(f"def cleaned(key: '{word}'):\n    return key")
    cell("%%nl --model some-model --context\nload the rows and count them")
    assert word not in "".join(one.text for one in queue.asked)
    assert word not in capsys.readouterr().out


def test_without_a_model_it_is_a_draft_and_says_how_to_have_one(
    cell: RunCell, shell: InteractiveShell, session: Session, capsys: Out
) -> None:
    cell("%%nl\nload a csv file, train a random forest on it and evaluate it")
    out = capsys.readouterr().out
    assert "a draft, made without a language model" in out
    assert HOW_TO_CONFIGURE in out
    assert next_cell(shell).startswith("%%couler ")
    assert session.workflows == {}


def test_a_draft_is_made_where_one_is_asked_for(
    cell: RunCell, asked: Asked, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:
    monkeypatch.setenv("COULER_LLM_MODEL", "some-model")
    queue = asked()
    cell("%%nl --draft\nload a csv file and train a random forest on it")
    assert "a draft" in capsys.readouterr().out
    assert not queue.asked


def test_a_model_that_fails_leaves_the_draft(
    cell: RunCell, shell: InteractiveShell, asked: Asked, capsys: Out
) -> None:
    asked(ModelFailed("it is gone"))
    with pytest.raises(ModelFailed, match="it is gone"):
        cell(WISH)
    assert "%%nl --draft makes a draft" in capsys.readouterr().out
    assert next_cell(shell) == ""


def test_settings_of_the_notebook_are_asked_with(
    cell: RunCell, session: Session, capsys: Out
) -> None:
    cell("%config NlMagics.model = 'mine'")
    cell("%config NlMagics.base_url = 'http://127.0.0.1:9/v1'")
    cell("%config NlMagics.key = 'sk-proj-0123456789abcdefghij'")
    with pytest.raises(UsageFailed, match="env:NAME or keyring") as caught:
        cell("%%nl\ncount the rows")
    assert "0123456789" not in str(caught.value)
    cell("%config NlMagics.key = 'env:NOT_THERE_AT_ALL'")
    with pytest.raises(ModelFailed, match="mine needs its key"):
        cell("%%nl\ncount the rows")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("%nl revise", "say what should be other"),
        ("%nl revise use more", "nothing is proposed yet"),
        ("%nl why", "name a step"),
        ("%nl insert one", "no number"),
        ("%nl insert 3", "no proposal has the number 3"),
        ("%nl context maybe", "on, off, or nothing"),
        ("%nl revize more", "no verb 'revize'; did you mean 'revise'"),
        ("%%nl --modle x\nwish", "--modle"),
    ],
)
def test_what_is_wrong_is_said(cell: RunCell, line: str, said: str) -> None:
    with pytest.raises(UsageFailed, match=said):
        cell(line)


def test_what_there_is_is_said(cell: RunCell, capsys: Out) -> None:
    cell("%nl --help")
    assert "%nl revise WORDS" in capsys.readouterr().out
    cell("%%nl --help\n-")
    assert "--draft" in capsys.readouterr().out
    cell("%nl history")
    assert "nothing was wished for yet" in capsys.readouterr().out


LAKE = """%%lake fetch-weather
intent: Fetch the weather of a city
synonyms: temperature; rain of today
kinds: loading
tags: weather

import couler_jupyter as couler

raise SystemExit("it is never run")


@couler.step
def fetch(city: str) -> list:
    return []
"""


def test_an_example_of_ones_own_is_kept_and_not_run(
    cell: RunCell, tmp_path: Path, capsys: Out
) -> None:
    cell(LAKE)
    assert "fetch-weather is in your Code Lake" in capsys.readouterr().out
    assert (tmp_path / "lake" / "fetch-weather.md").is_file()
    assert Lake.at_hand().find("how warm it is, the temperature")[0].entry.name == (
        "fetch-weather"
    )


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("%%lake two words\nintent: x", UsageFailed),
        ("%%lake x\nkinds: loading\n\nprint(1)", InvalidDocument),
        ("%%lake x\nintent: y\nkinds: loading\n\nno python (", InvalidDocument),
    ],
)
def test_what_is_no_example_is_refused(
    cell: RunCell, source: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        cell(source)


def test_the_magics_go_with_the_extension(shell: InteractiveShell) -> None:
    shell.run_line_magic("unload_ext", "couler_jupyter")
    assert shell.find_cell_magic("nl") is None
    assert shell.find_cell_magic("lake") is None
    assert shell.find_line_magic("nl") is None
    shell.run_line_magic("load_ext", "couler_jupyter")
