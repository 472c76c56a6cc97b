"""Training logs that a language model makes up from the cards (paper, algorithm 4)."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from couler_jupyter.errors import ModelFailed, PredictionFailed
from couler_jupyter.ir.tuning import Setting
from couler_jupyter.llm import Model
from couler_jupyter.llm.reckoning import reckon_messages
from couler_jupyter.tuning.logs import (
    Final,
    Point,
    PredictedLog,
    PredictedSource,
    Predictor,
)
from couler_jupyter.tuning.predicting.answering import AGAIN, Sample, Told, Wanted, ask
from couler_jupyter.tuning.predicting.prompting import prompt_hash, question
from couler_jupyter.tuning.predicting.scale import limits_of
from couler_jupyter.tuning.predicting.source import Task

LEVEL = 0.8
_PER_POINT = 12
"""Tokens of one number in each of the three lists, with room."""
_PER_LOG = 40
_SHARES = (0.1, 0.25, 0.5, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Llm:
    """Asks a language model for training logs, several times, and takes the middle.

    Attributes:
        model: that is asked; one that `open_model` gave hears no secret and keeps limits.
        samples: answers for each setting.
        temperature: they are drawn with; None for what the model does by itself.
        most_tokens: of one answer; settings are asked about in batches that fit.
    """

    name: ClassVar[str] = PredictedSource.LLM.value

    model: Model
    samples: int = 3
    temperature: float | None = 0.7
    most_tokens: int = 4000

    def predict(
        self, task: Task, settings: Sequence[Setting]
    ) -> tuple[PredictedLog, ...]:
        """Return a log for each setting, in their order.

        Raises:
            PredictionFailed: the model card does not say how long a full run is.
            ModelFailed: the model could not be reached, or has no whole log of a setting
                after it was asked again.
            SpendingLimit: asking would cost more than the session allows.
        """
        units = checkpoints(task)
        return tuple(
            log
            for some in self._batches(settings, len(units))
            for log in self._asked(task, some, units)
        )

    def most_spent(self, task: Task, settings: Sequence[Setting]) -> int:
        """Return about how many tokens it takes at the most, without any repair."""
        units = checkpoints(task)
        return self.samples * sum(
            reckon_messages(question(task, some, units)) + _size(len(some), len(units))
            for some in self._batches(settings, len(units))
        )

    def _batches(
        self, settings: Sequence[Setting], points: int
    ) -> Iterator[Sequence[Setting]]:
        most = max(1, self.most_tokens // _size(1, points))
        for start in range(0, len(settings), most):
            yield settings[start : start + most]

    def _asked(
        self, task: Task, settings: Sequence[Setting], units: Sequence[int]
    ) -> Iterator[PredictedLog]:
        messages = question(task, settings, units)
        low, high = limits_of(task.goal)
        wanted = Wanted(settings=len(settings), points=len(units), low=low, high=high)
        samples = [
            ask(
                self.model,
                messages,
                wanted,
                temperature=self.temperature,
                most_tokens=self.most_tokens,
            )
            for _ in range(self.samples)
        ]
        _check(samples, wanted, self.model.name)
        hashed = prompt_hash(messages)
        for number, setting in enumerate(settings, start=1):
            yield self._log(setting, number, samples, units, hashed)

    def _log(
        self,
        setting: Setting,
        number: int,
        samples: Sequence[Sample],
        units: Sequence[int],
        hashed: str,
    ) -> PredictedLog:
        told = [one.logs[number] for one in samples if number in one.logs]
        faults = [one.faults[number] for one in samples if number in one.faults]
        points = _points(told, units)
        last = points[-1]
        assert last.metric is not None
        return PredictedLog(
            source=PredictedSource.LLM,
            setting=setting,
            predictor=Predictor(
                name=self.name,
                model=samples[0].model,
                prompt_sha256=hashed,
                temperature=self.temperature,
                samples=len(told),
            ),
            final=Final(
                value=last.metric,
                low=last.metric if last.metric_low is None else last.metric_low,
                high=last.metric if last.metric_high is None else last.metric_high,
                level=LEVEL,
            ),
            points=points,
            warnings=_warnings(told, faults, len(samples)),
        )


def checkpoints(task: Task) -> tuple[int, ...]:
    """Return the units that are asked about: a tenth, a quarter, a half, all.

    Raises:
        PredictionFailed: the model card does not say how long a full run is.
    """
    most = task.model.max_units
    if most is None:
        raise PredictionFailed(
            f"model card {task.model.name!r} has no max_units; say how many "
            f"{task.model.log_unit}s a full run has"
        )
    return tuple(sorted({max(1, round(share * most)) for share in _SHARES}))


def _size(settings: int, points: int) -> int:
    return settings * (_PER_LOG + _PER_POINT * points)


def _check(samples: Sequence[Sample], wanted: Wanted, model: str) -> None:
    """Reject answers that leave a setting without any log: none is made up for it."""
    lost = [
        number
        for number in range(1, wanted.settings + 1)
        if not any(number in one.logs for one in samples)
    ]
    if lost:
        why = samples[-1].faults[lost[0]]
        raise ModelFailed(
            f"{model} gave no whole log of {len(lost)} of {wanted.settings} settings, "
            f"and was asked again {AGAIN} times; setting {lost[0]}: {why}"
        )


def _points(told: Sequence[Told], units: Sequence[int]) -> tuple[Point, ...]:
    end = units[-1]
    seconds = statistics.median(one.seconds for one in told)
    return tuple(
        Point(
            unit=unit,
            train_loss=statistics.median(one.train_loss[at] for one in told),
            val_loss=statistics.median(one.val_loss[at] for one in told),
            **_spread([one.metric[at] for one in told]),
            seconds=seconds * unit / end,
        )
        for at, unit in enumerate(units)
    )


def _spread(numbers: Sequence[float]) -> dict[str, float]:
    """Return the middle of some numbers, and where eight of ten lie; one has no spread."""
    middle = statistics.median(numbers)
    if len(numbers) < 2:
        return {"metric": middle}
    tenths = statistics.quantiles(numbers, n=10, method="inclusive")
    low, high = min(tenths[0], middle), max(tenths[-1], middle)
    return {"metric": middle, "metric_low": low, "metric_high": high}


def _warnings(
    told: Sequence[Told], faults: Sequence[str], samples: int
) -> tuple[str, ...]:
    said: list[str] = []
    if faults:
        said.append(
            f"{len(faults)} of {samples} answers had no whole log of it: {faults[0]}"
        )
    if len(told) == 1:
        said.append("one answer: it has no spread, and its interval no width")
    return tuple(said)
