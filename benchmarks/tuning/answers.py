"""Answers of a language model that were written down before their tables were looked at.

`answers/made.json` says by which model and when, `answers/answers.jsonl` is a transcript as
`couler_jupyter.llm` keeps it. Replaying asks nobody and gives the same logs, byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.tuning.logs import Truth, truth_of
from benchmarks.tuning.tables import Table
from couler_jupyter.llm import Model, Replayed, Transcript
from couler_jupyter.tuning.logs import PredictedLog
from couler_jupyter.tuning.predicting.llm import Llm

FOLDER = Path(__file__).parent / "answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a language model said of a table.

    Attributes:
        truth: the table, judged by what was asked for.
        logs: that were predicted.
        model: that answered.
        made: the day.
    """

    truth: Truth
    logs: tuple[PredictedLog, ...]
    model: str
    made: str


def source_of(model: Model) -> Llm:
    """Return the source that the answers were recorded with: one answer a table."""
    return Llm(model=model, samples=1, temperature=None)


def answered(tables: Iterable[Table]) -> list[Answered]:
    """Replay what is recorded."""
    made = json.loads((FOLDER / "made.json").read_text(encoding="utf-8"))
    transcript = Transcript(FOLDER / "answers.jsonl")
    source = source_of(Replayed(made["model"], transcript))
    found: list[Answered] = []
    for table in tables:
        if table.name not in made["tables"]:
            continue
        truth = truth_of(table, "accuracy")
        logs = source.predict(truth.task, truth.settings)
        found.append(
            Answered(truth=truth, logs=logs, model=made["model"], made=made["made"])
        )
    return found
