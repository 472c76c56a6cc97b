"""The log that a training left behind, read from what it printed or gave.

A line that is a JSON object with a whole `unit` is a point; all else is passed over. What
is missing stays missing, and is said.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from couler_jupyter.errors import LogFault
from couler_jupyter.ir.tuning import Setting
from couler_jupyter.tuning.logs import RealLog, RealSource, real_log

_SAID = ("train_loss", "val_loss", "metric", "seconds")
_RISEN = 2.0
"""How many times its least a loss must be at the end to be called diverging."""
_HOW = (
    'print one JSON line a unit, as {"unit": 1, "metric": 0.8}, or call couler.report'
)


def read_log(
    given: object,
    setting: Setting,
    *,
    source: RealSource,
    asked: int | None = None,
    run: str = "",
    seconds: float | None = None,
) -> RealLog:
    """Return the training log in what a step printed (text) or gave (a list, or text).

    Args:
        given: the text or the list.
        setting: that was trained with.
        source: whether it ran to its end.
        asked: how many units it was asked for; None if nobody said.
        run: its id.
        seconds: it took; None for what the log says.

    Raises:
        LogFault: there is no point in it.
    """
    rows = list(_rows(given))
    if not rows:
        raise LogFault(f"it reports no unit of training; {_HOW}")
    log = real_log(source, setting, rows, run=run, seconds=seconds)
    warnings = (*log.warnings, *_doubts(log, asked))
    return replace(log, warnings=warnings)


def _rows(given: object) -> Iterator[Mapping[str, float | None]]:
    if isinstance(given, str):
        whole = _json(given)
        if isinstance(whole, list):
            given = cast("list[object]", whole)
        else:
            given = [_json(line) for line in given.splitlines() if "{" in line]
    if not isinstance(given, list | tuple):
        return
    for one in cast("list[object]", given):
        if isinstance(one, dict):
            row = cast("dict[str, Any]", one)
            if _is_whole(row.get("unit")):
                yield {"unit": row["unit"], **_numbers(row)}


def _numbers(row: Mapping[str, Any]) -> dict[str, float]:
    return {
        name: row[name]
        for name in _SAID
        if isinstance(row.get(name), int | float) and not isinstance(row[name], bool)
    }


def _json(text: str) -> object:
    try:
        return json.loads(text[text.index("{") :] if text[:1] not in "[{" else text)
    except (ValueError, RecursionError):
        return None


def _is_whole(unit: object) -> bool:
    if isinstance(unit, bool) or not isinstance(unit, int | float):
        return False
    return math.isfinite(unit) and unit == int(unit) and unit >= 0


def _doubts(log: RealLog, asked: int | None) -> Iterator[str]:
    """Yield what is to be known before a log is believed."""
    count = sum(1 for one in log.points if one.unit > 0)
    if asked is not None and count < asked:
        yield f"{asked} units were asked for and {count} are reported"
    if all(one.metric is None for one in log.points):
        yield "it reports no metric, only losses"
    for name in ("val_loss", "train_loss"):
        losses = [
            value
            for value in (getattr(one, name) for one in log.points)
            if value is not None
        ]
        if len(losses) > 1 and losses[-1] > _RISEN * min(losses) and min(losses) > 0:
            yield (
                f"{name} rises from {min(losses):.4g} to {losses[-1]:.4g}: it diverges "
                "or overfits"
            )
            break
