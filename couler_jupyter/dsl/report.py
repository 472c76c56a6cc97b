"""`couler.report`: how a step that trains tells how it goes, one line for each unit."""

from __future__ import annotations

import json


def report(
    unit: int,
    *,
    train_loss: float | None = None,
    val_loss: float | None = None,
    metric: float | None = None,
    seconds: float | None = None,
) -> None:
    """Print a line of the training log, for `%couler tune` to read.

    It is one JSON object in a line, which any program in any language can print:
    `{"unit": 3, "val_loss": 0.41, "metric": 0.87}`.

    Args:
        unit: which epoch or round this is, from 1.
        train_loss: the loss on what it learns from.
        val_loss: the loss on what it does not learn from.
        metric: the metric of the data card, on what it does not learn from.
        seconds: since training began.
    """
    told = {
        "unit": int(unit),
        "train_loss": train_loss,
        "val_loss": val_loss,
        "metric": metric,
        "seconds": seconds,
    }
    said = {key: _plain(value) for key, value in told.items() if value is not None}
    print(json.dumps(said), flush=True)  # noqa: T201 (what it is for)


def _plain(value: float) -> float:
    """Return a number as JSON has it: those of NumPy are no numbers to it."""
    return value if type(value) is int else float(value)
