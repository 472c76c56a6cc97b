"""What a language model once said of the benchmark's tables is given again, and only that."""

from __future__ import annotations

import json

import pytest

from benchmarks.tuning import tables
from benchmarks.tuning.answers import FOLDER, Answered, answered, source_of
from benchmarks.tuning.cards import listed, task_of
from couler_jupyter.errors import ModelFailed
from couler_jupyter.llm import Replayed, Transcript

MADE = json.loads((FOLDER / "made.json").read_text(encoding="utf-8"))


def replayed() -> list[Answered]:
    names = (f"{name}.json.xz" for name in MADE["tables"])
    return answered(tables.read(tables.FOLDER / name) for name in names)


def test_recorded_answers_give_the_same_logs_each_time() -> None:
    first = replayed()
    assert repr(first) == repr(replayed())
    assert [one.truth.table.name for one in first] == MADE["tables"]
    for one in first:
        assert {log.predictor.model for log in one.logs} == {MADE["model"]}
        assert len({log.predictor.prompt_sha256 for log in one.logs}) == 1
        assert one.made == MADE["made"]


def test_what_was_never_asked_has_no_answer() -> None:
    source = source_of(Replayed("claude", Transcript(FOLDER / "answers.jsonl")))
    task = task_of("wine", "boosting", "accuracy")
    with pytest.raises(ModelFailed, match="never asked this"):
        source.predict(task, listed("boosting"))
