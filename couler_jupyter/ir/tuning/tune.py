"""What a step asks for that is to be tuned: which of its inputs are hyper-parameters.

What the step is given stays in its arguments: that is what runs where nothing is chosen.
A chosen setting takes the place of those arguments before the run.
"""

from __future__ import annotations

from dataclasses import dataclass

from couler_jupyter.ir.tuning.cards import DataCard, ModelCard
from couler_jupyter.ir.tuning.metric import Metric
from couler_jupyter.ir.tuning.space import Space


@dataclass(frozen=True, slots=True, kw_only=True)
class Tune:
    """That hyper-parameters of a step are to be chosen, and from what.

    Attributes:
        space: what each may be; its dimensions are inputs of the step by their names.
        data: what the step learns from.
        model: what it trains.
        metric: what is to be good, instead of that of the data card.
        budget: the input that says how many units (epochs, rounds) are trained; empty
            where training cannot be cut short.
        log: the output that holds the training log; empty where the step prints it.
    """

    space: Space
    data: DataCard
    model: ModelCard
    metric: Metric | None = None
    budget: str = ""
    log: str = ""

    @property
    def goal(self) -> Metric:
        """What is to be good."""
        return self.data.metric if self.metric is None else self.metric
