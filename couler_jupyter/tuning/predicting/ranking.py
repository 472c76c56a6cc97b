"""Predicted logs from the best on: ranks are what predictions are good at."""

from __future__ import annotations

from collections.abc import Iterable

from couler_jupyter.ir.tuning import Metric
from couler_jupyter.tuning.logs import PredictedLog


def ranked(logs: Iterable[PredictedLog], metric: Metric) -> tuple[PredictedLog, ...]:
    """Return logs by what they come to, the best first (paper, algorithm 4, line 8).

    Of equals the one with the narrower interval is first, then the one given first.
    """
    return tuple(sorted(logs, key=lambda log: (-metric.sign * log.value, _width(log))))


def _width(log: PredictedLog) -> float:
    return log.final.high - log.final.low
