"""What a language model answered, taken apart: whole logs, and what is wrong with others."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from couler_jupyter.errors import ModelFailed
from couler_jupyter.llm import Answer, Message, Model
from couler_jupyter.llm.near_json import near_json
from couler_jupyter.tuning.predicting.prompting import SERIES, schema

AGAIN: Final = 2
"""How often an answer that does not fit is sent back."""
_MOST_SAID: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One log of one answer: a number for each of the units that were asked for."""

    train_loss: tuple[float, ...]
    val_loss: tuple[float, ...]
    metric: tuple[float, ...]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one answer holds.

    Attributes:
        logs: the whole ones, by the number of the setting.
        faults: why there is none, by the number of the setting.
        model: that answered, as its endpoint names it.
    """

    logs: Mapping[int, Told]
    faults: Mapping[int, str]
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an answer must hold.

    Attributes:
        settings: how many were asked about, numbered from 1.
        points: how many units.
        low: the least that the metric can be.
        high: the most.
    """

    settings: int
    points: int
    low: float
    high: float


def ask(
    model: Model,
    messages: Sequence[Message],
    wanted: Wanted,
    *,
    temperature: float | None,
    most_tokens: int,
) -> Sample:
    """Return what a model answers; what does not fit is sent back, twice at the most.

    Raises:
        ModelFailed: it could not be reached, or gave no logs by the schema.
        SpendingLimit: asking would cost more than the session allows.
    """
    said = list(messages)
    for left in range(AGAIN, -1, -1):
        answer = model.complete(
            said, schema=schema(), most_tokens=most_tokens, temperature=temperature
        )
        try:
            sample = sample_of(answer, wanted)
        except ModelFailed as error:
            if not left:
                raise ModelFailed(
                    f"{model.name} gave no training logs in {AGAIN + 1} tries: {error}"
                ) from None
            why = str(error)
        else:
            if not sample.faults or not left:
                return sample
            why = _listed(sample.faults)
        said = [*messages, *_sent_back(answer, why)]
    raise AssertionError("the last try returns or raises")


def sample_of(answer: Answer, wanted: Wanted) -> Sample:
    """Take an answer apart.

    Raises:
        ModelFailed: it is no JSON by the schema.
    """
    found = json.loads(near_json(answer.text, schema(), whole=not answer.cut))
    logs: dict[int, Told] = {}
    faults: dict[int, str] = {}
    for one in found["logs"]:
        number = int(one["setting"])
        if number > wanted.settings:
            continue  # nobody asked
        if fault := _fault_of(one, wanted):
            faults[number] = fault
        elif number in logs:
            faults[number] = "it stands twice"
        else:
            logs[number] = _told(one)
    for number in range(1, wanted.settings + 1):
        if number not in logs:
            faults.setdefault(number, "there is no log of it")
    kept = {number: one for number, one in logs.items() if number not in faults}
    return Sample(logs=kept, faults=dict(sorted(faults.items())), model=answer.model)


def _fault_of(one: Mapping[str, Any], wanted: Wanted) -> str | None:
    for name in SERIES:
        if (count := len(one[name])) != wanted.points:
            fewer = "fewer" if count < wanted.points else "more"
            return (
                f"{name} has {count} points, {fewer} than the {wanted.points} asked for"
            )
    for number in one["metric"]:
        if not wanted.low <= number <= wanted.high:
            return (
                f"metric {number:g} is not from {wanted.low:g} to {wanted.high:g}, "
                "where all of its values are"
            )
    return None


def _told(one: Mapping[str, Any]) -> Told:
    series = {name: tuple(float(number) for number in one[name]) for name in SERIES}
    return Told(**series, seconds=float(one["seconds"]))


def _listed(faults: Mapping[int, str]) -> str:
    some = [f"setting {n}: {why}" for n, why in list(faults.items())[:_MOST_SAID]]
    more = len(faults) - len(some)
    return "; ".join([*some, *([f"and {more} more"] if more else [])])


def _sent_back(answer: Answer, why: str) -> tuple[Message, Message]:
    cut = "; it was cut off before its end" if answer.cut else ""
    return (
        Message("assistant", answer.text),
        Message("user", f"{why}{cut}. Answer again, all settings, with JSON only."),
    )
