"""What predicts training logs, whatever it learns them from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from couler_jupyter.ir.tuning import DataCard, Metric, ModelCard, Setting, Space
from couler_jupyter.tuning.logs import PredictedLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be learned, and by what: all that a prediction may look at.

    Attributes:
        data: what is learned from.
        model: what is trained.
        space: what its hyper-parameters may be.
        metric: what is to be good, instead of that of the data card.
    """

    data: DataCard
    model: ModelCard
    space: Space
    metric: Metric | None = None

    @property
    def goal(self) -> Metric:
        """What is to be good."""
        return self.data.metric if self.metric is None else self.metric


class Source(Protocol):
    """Something that predicts how trainings would go (paper, algorithm 4, line 5).

    Attributes:
        name: `llm`, `past-runs` or `curve-extrapolation`.
    """

    name: ClassVar[str]

    def predict(
        self, task: Task, settings: Sequence[Setting]
    ) -> tuple[PredictedLog, ...]:
        """Return a log for each setting, in their order.

        Raises:
            PredictionFailed: there is nothing to predict from.
            ModelFailed: a language model could not be reached, or gave no usable logs.
            SpendingLimit: asking it would cost more than is allowed.
        """
        ...
