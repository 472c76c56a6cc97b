"""Steps that run more than once: mapped over items, or repeated while."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from couler_jupyter.ir.condition import Condition
from couler_jupyter.ir.constant import Constant
from couler_jupyter.ir.value import Text, Value


@dataclass(frozen=True, slots=True)
class Items:
    """A list of items that is known when the workflow is written."""

    items: tuple[Constant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Whole numbers from `start` up to and including `end`, by `step`.

    Bounds may be values, known when the step starts. `format` is a printf format
    of one number, such as `%02d`, that makes each item text.
    """

    start: Value = Constant("0")
    end: Value
    step: int = 1
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Over:
    """The items of a list that is known only when the step starts."""

    value: Value


Source: TypeAlias = Items | Range | Over


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """Run the step once per item; `ItemRef` is the item.

    Attributes:
        over: where the items come from.
        parallelism: how many at once at the most; None for no bound of its own.
    """

    over: Source
    parallelism: int | None = None


class AtLimit(StrEnum):
    """What becomes of a repeat whose condition still holds in the last turn."""

    FAIL = "fail"
    ACCEPT = "accept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """Run the step again while the condition holds.

    The condition is asked after each turn and may name the step's own outputs; the
    step's outputs are those of its last turn.

    Attributes:
        condition: run again while this holds.
        limit: turns at the most.
        at_limit: what becomes of the step if it holds after the last turn.
        pause: seconds between turns, or a value that gives them.
    """

    condition: Condition
    limit: int
    at_limit: AtLimit = AtLimit.FAIL
    pause: Text = "0"
