"""Losses and seconds as earlier real runs had them: learned as logarithms, by data's size.

A loss counts in what predicting without the input loses: for classes that is the entropy of
the labels; for numbers, what the metric of earlier runs says of their losses, as far as they
agree. Seconds count by the unit. What earlier logs do not tell is not told.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from couler_jupyter.ir.tuning import Classes, DataCard, Setting
from couler_jupyter.tuning.predicting.calibrating import LEVEL
from couler_jupyter.tuning.predicting.features import features_of, sizes_of
from couler_jupyter.tuning.predicting.forests import forested
from couler_jupyter.tuning.predicting.past_tables import Curve, PastTable, level_of
from couler_jupyter.tuning.predicting.source import Task

Array: TypeAlias = Any
Name: TypeAlias = Literal["train_loss", "val_loss", "pace"]
LOSSES: Final[tuple[Name, ...]] = ("train_loss", "val_loss")
_NOTHING: Final = 1e-3
"""The share of its unit below which a loss is as good as none."""
_AGREE: Final = 2.0
"""How many times the least unit of losses the greatest may be, to be that of new data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A curve for each setting.

    Attributes:
        curves: at each tenth of the way; None where earlier logs tell nothing.
        factor: which four fifths of the ends on data left out were within; None where
            nothing was left out.
        even: whether earlier logs tell only the mean of the whole way.
    """

    curves: tuple[Curve, ...] | None
    factor: float | None = None
    even: bool = False


def series_of(
    name: Name,
    tables: Sequence[PastTable],
    task: Task,
    settings: Sequence[Setting],
    *,
    trees: int,
) -> Series:
    """Return losses, or seconds of a unit, of each setting.

    Args:
        name: which.
        tables: what earlier runs say.
        task: what is to be learned.
        settings: of which.
        trees: of all forests together, about.
    """
    unit = 1.0 if name == "pace" else _new_unit(tables, task.data)
    told = list(_told(name, tables))
    if unit is None or not told:
        return Series(curves=None)
    said = forested(
        [_features(table, setting) for table, setting, _ in told],
        [curve for _, _, curve in told],
        [table.group for table, _, _ in told],
        [features_of(task.data, task.model, s) | sizes_of(task.data) for s in settings],
        trees=trees,
    )
    return Series(
        curves=tuple(tuple(unit * 10 ** float(v) for v in row) for row in said.told),
        factor=_factor(said.left_out, told),
        even=all(min(curve) == max(curve) for _, _, curve in told),
    )


_Told: TypeAlias = tuple[PastTable, Setting, list[float]]


def _told(name: Name, tables: Sequence[PastTable]) -> Sequence[_Told]:
    """Return the logarithms of what earlier runs tell, each in the unit of its table."""
    found: list[_Told] = []
    for table in tables:
        unit = 1.0 if name == "pace" else _unit_of(table)
        least = 0.0 if name == "pace" else _NOTHING
        for run in table.runs:
            curve: Curve | None = getattr(run, name)
            if unit is not None and curve is not None and min(curve) >= 0:
                shares = [max(one / unit, least) for one in curve]
                if min(shares) > 0:
                    logarithms = [math.log10(one) for one in shares]
                    found.append((table, run.setting, logarithms))
    return found


def _features(table: PastTable, setting: Setting) -> dict[str, float]:
    return features_of(table.data, table.model, setting) | sizes_of(table.data)


def _unit_of(table: PastTable) -> float | None:
    """Return what predicting without the input loses, in the table's own losses."""
    if isinstance(table.data.label_space, Classes):
        return _entropy(table.data.label_space)
    found: list[float] = []
    for run in table.runs:
        level = level_of(run.metric[-1], table.data.metric)
        if run.val_loss is not None and level is not None and 0 < level < 1:
            found.append(run.val_loss[-1] / (1 - level))
    unit = statistics.median(found) if found else 0.0
    return unit if unit > 0 else None


def _new_unit(tables: Sequence[PastTable], data: DataCard) -> float | None:
    """Return the same for new data; None where earlier losses were of other scales."""
    alike = [one for one in tables if one.data.task == data.task]
    units = [unit for one in alike if (unit := _unit_of(one)) is not None]
    if not units:
        return None
    if isinstance(data.label_space, Classes):
        return _entropy(data.label_space)
    return statistics.median(units) if max(units) <= _AGREE * min(units) else None


def _entropy(labels: Classes) -> float | None:
    """Return the entropy of labels, in nats; None where they are not counted or all one."""
    total = sum(labels.counts)
    shares = [count / total for count in labels.counts if count]
    entropy = -math.fsum(share * math.log(share) for share in shares)
    return entropy if entropy > 0 else None


def _factor(left_out: Array, told: Sequence[_Told]) -> float | None:
    errors = sorted(
        abs(float(row[-1]) - curve[-1])
        for row, (_, _, curve) in zip(left_out, told, strict=True)
        if math.isfinite(row[-1])
    )
    if not errors:
        return None
    return 10 ** errors[min(int(LEVEL * len(errors)), len(errors) - 1)]
