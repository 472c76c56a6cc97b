"""couler nl-bench: from answers that were written down, and without any model."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import cast

import pytest

from couler_jupyter.errors import UnknownName, UsageFailed
from couler_jupyter.nl import bench
from couler_jupyter.nl.bench import read_tasks
from couler_jupyter.session import Session
from couler_jupyter.verbs import VERBS, Console, Parser
from tests.nl.bench.test_sampling import Knowing, record


class Said:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        self.lines += text.splitlines()


def run(*words: str) -> tuple[int, list[str]]:
    verb = VERBS.get("nl-bench")()
    parser = Parser(prog="nl-bench")
    verb.declare(parser)
    said = Said()
    given: argparse.Namespace = parser.parse_args(words)
    return verb.execute(Session(), given, cast("Console", said)), said.lines


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COULER_LLM_CONFIG", str(tmp_path / "none.toml"))
    record(tmp_path / "answers.jsonl")
    return str(tmp_path / "answers.jsonl")


REPLAY = ("--model", "some-model", "--class", "impossible", "--replay")


def test_answers_are_replayed(answers: str, tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    status, lines = run(*REPLAY, answers, "--out", str(out))
    assert status == 0
    assert "25 of 27: 25 right" in lines
    assert any(line.startswith("impossible") and "100.0%" in line for line in lines)
    assert "27 of 27 were questions back" in lines
    whole = json.loads(out.read_text())
    assert whole["model"] == "some-model"
    assert whole["options"] == {"samples": 1, "rounds": None, "temperature": None}
    status, lines = run(*REPLAY, answers, "--compare", str(out), "--failures")
    assert status == 0
    assert lines[-1].startswith(f"{out}, then this: 9 tasks: 0 only the first")


def test_a_limit_cuts_it_short(
    answers: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COULER_LLM_MOST_TOKENS", "5000")
    out = tmp_path / "result.json"
    status, lines = run(*REPLAY, answers, "--out", str(out))
    assert status == 1
    assert any("would pass the limit" in line for line in lines)
    assert 0 < len(json.loads(out.read_text())["samples"]) < 27


def test_drafts_ask_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COULER_LLM_MODEL", "")
    tasks = read_tasks(["impossible"])
    monkeypatch.setattr(bench, "drafting", lambda: Knowing(tasks))
    status, lines = run("--draft", "--class", "impossible")
    assert status == 0
    assert lines[1] == "draft: 9 tasks, 3 wordings, 1 draw of each"
    assert "27 of 27 were questions back" in lines


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--samples", "0", "--draft"), "one at the least"),
        (("--replay", "nowhere.jsonl"), "no such file"),
        (("--draft", "--compare", "nowhere.json"), "No such file"),
        (("--record", "a", "--replay", "b"), "not allowed with"),
    ],
)
def test_what_makes_no_sense(words: tuple[str, ...], what: str) -> None:
    with pytest.raises(UsageFailed, match=what):
        run(*words)


def test_a_class_that_is_not_there() -> None:
    with pytest.raises(UnknownName, match="chains"):
        run("--draft", "--class", "chains")
