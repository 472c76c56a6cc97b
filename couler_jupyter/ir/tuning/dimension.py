"""What one hyper-parameter may be: a range of numbers, or one of some choices.

Each stands for one of Optuna's distributions: a step and a logarithmic scale go
together in none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import TypeAlias, TypeGuard, TypeVar

from couler_jupyter.errors import SpaceFault
from couler_jupyter.ir.tuning.setting import Scalar, scalar_key

_NEAR = 1e-9
N = TypeVar("N", int, float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Float:
    """A number from `low` to `high`, both included.

    Attributes:
        low: the least.
        high: the most.
        log: whether it is drawn, and spread, by its logarithm.
        step: distance of the values from `low` on; None for any value.
        default: what it is unless it is tuned; None for the middle.

    Raises:
        SpaceFault: there is no such range.
    """

    low: float
    high: float
    log: bool = False
    step: float | None = None
    default: float | None = None

    def __post_init__(self) -> None:
        """Reject ranges without a value."""
        for name in ("low", "high", "step", "default"):
            value = getattr(self, name)
            if isinstance(value, int) and not isinstance(value, bool):
                object.__setattr__(self, name, float(value))
            elif value is not None and not _is_finite(value):
                raise SpaceFault(f"{name} must be a finite number, not {value!r}")
        _check_range(self.low, self.high, self.step, log=self.log, least=0.0)
        if self.default is not None and not self.contains(self.default):
            raise SpaceFault(f"default {self.default:g} is no value of {self.text}")

    @property
    def text(self) -> str:
        """It as people read it."""
        return _range_text(self.low, self.high, self.step, log=self.log)

    @property
    def size(self) -> int | None:
        """How many values it has; None for no end of them."""
        if self.low == self.high:
            return 1
        return None if self.step is None else _steps(self.low, self.high, self.step)

    def contains(self, value: Scalar) -> bool:
        """Return whether it may be `value`."""
        if not _is_finite(value) or not self.low <= value <= self.high:
            return False
        if self.step is None:
            return True
        count = (value - self.low) / self.step
        return abs(count - round(count)) <= _NEAR * max(1.0, count)

    def spread(self, points: int | None = None) -> tuple[Scalar, ...]:
        """Return its values, or `points` of them, evenly from low to high.

        Raises:
            SpaceFault: there is no end of them.
        """
        if (size := self.size) is None and points is None:
            raise SpaceFault(
                f"{self.text} has no end of values; give it a step, or say how many"
            )
        if self.step is not None:
            count = size or 1
            return tuple(self._at(i) for i in _some(count, points))
        many = 1 if self.low == self.high else max(points or 1, 1)
        return tuple(self._part(_place(i, many)) for i in range(many))

    def draw(self, random: Random) -> float:
        """Return one of its values, each as likely."""
        if self.step is not None:
            return self._at(random.randrange(self.size or 1))
        return self._part(random.random())

    @property
    def usual(self) -> float:
        """Its default, or else its middle."""
        if self.default is not None:
            return self.default
        if self.step is not None:
            return self._at(((self.size or 1) - 1) // 2)
        return self._part(0.5)

    def _at(self, count: int) -> float:
        value = self.low + count * (self.step or 0.0)
        return min(max(float(f"{value:.14g}"), self.low), self.high)

    def _part(self, share: float) -> float:
        return _between(self.low, self.high, share, log=self.log)


@dataclass(frozen=True, slots=True, kw_only=True)
class Int:
    """A whole number from `low` to `high`, both included.

    Attributes:
        low: the least.
        high: the most.
        log: whether it is drawn, and spread, by its logarithm.
        step: distance of the values from `low` on.
        default: what it is unless it is tuned; None for the middle.

    Raises:
        SpaceFault: there is no such range.
    """

    low: int
    high: int
    log: bool = False
    step: int = 1
    default: int | None = None

    def __post_init__(self) -> None:
        """Reject ranges without a value."""
        for name in ("low", "high", "step", "default"):
            value = getattr(self, name)
            if type(value) is not int and not (name == "default" and value is None):
                raise SpaceFault(f"{name} must be a whole number, not {value!r}")
        step = None if self.step == 1 else self.step
        _check_range(self.low, self.high, step, log=self.log, least=1)
        if self.default is not None and not self.contains(self.default):
            raise SpaceFault(f"default {self.default} is no value of {self.text}")

    @property
    def text(self) -> str:
        """It as people read it."""
        step = None if self.step == 1 else self.step
        return f"whole numbers {_range_text(self.low, self.high, step, log=self.log)}"

    @property
    def size(self) -> int:
        """How many values it has."""
        return (self.high - self.low) // self.step + 1

    def contains(self, value: Scalar) -> bool:
        """Return whether it may be `value`."""
        if not _is_finite(value) or value != int(value):
            return False
        if not self.low <= value <= self.high:
            return False
        return (int(value) - self.low) % self.step == 0

    def spread(self, points: int | None = None) -> tuple[Scalar, ...]:
        """Return its values, or `points` of them, evenly from low to high."""
        if not self.log or points is None or points >= self.size:
            return tuple(self._at(i) for i in _some(self.size, points))
        shares = (_place(i, points) for i in range(points))
        return tuple(dict.fromkeys(self._part(share) for share in shares))

    def draw(self, random: Random) -> int:
        """Return one of its values, each as likely; by logarithm, lesser ones more."""
        if not self.log:
            return self._at(random.randrange(self.size))
        drawn = _between(self.low - 0.5, self.high + 0.5, random.random(), log=True)
        return min(max(round(drawn), self.low), self.high)

    @property
    def usual(self) -> int:
        """Its default, or else its middle."""
        if self.default is not None:
            return self.default
        return self._part(0.5) if self.log else self._at((self.size - 1) // 2)

    def _at(self, count: int) -> int:
        return self.low + count * self.step

    def _part(self, share: float) -> int:
        return round(_between(self.low, self.high, share, log=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Categorical:
    """One of some choices, without an order.

    Attributes:
        choices: all of them.
        default: what it is unless it is tuned; None for the first. To have null for the
            default, put it first.

    Raises:
        SpaceFault: there is none, or one stands twice.
    """

    choices: tuple[Scalar, ...]
    default: Scalar = None

    def __post_init__(self) -> None:
        """Reject what leaves no choice."""
        object.__setattr__(self, "choices", tuple(self.choices))
        if not self.choices:
            raise SpaceFault("there are no choices; name one at least")
        keys = [scalar_key(one) for one in self.choices]
        if twice := next((key for key in keys if keys.count(key) > 1), None):
            raise SpaceFault(f"choice {twice} stands twice")
        if self.default is not None and not self.contains(self.default):
            raise SpaceFault(f"default {self.default!r} is none of {self.text}")

    @property
    def text(self) -> str:
        """It as people read it."""
        return ", ".join(scalar_key(one) for one in self.choices)

    @property
    def size(self) -> int:
        """How many choices there are."""
        return len(self.choices)

    def contains(self, value: Scalar) -> bool:
        """Return whether it may be `value`."""
        key = scalar_key(value)
        return any(scalar_key(one) == key for one in self.choices)

    def spread(self, points: int | None = None) -> tuple[Scalar, ...]:  # noqa: ARG002
        """Return all choices, whatever `points` says: they have no order to skip in."""
        return self.choices

    def draw(self, random: Random) -> Scalar:
        """Return one of the choices, each as likely."""
        return self.choices[random.randrange(len(self.choices))]

    @property
    def usual(self) -> Scalar:
        """Its default, or else its first choice."""
        return self.choices[0] if self.default is None else self.default


Dimension: TypeAlias = Float | Int | Categorical
"""What one hyper-parameter may be."""


def normal(dimension: Dimension, value: Scalar) -> Scalar:
    """Return a value of `dimension` in its one form: 3.0 as 3 of whole numbers."""
    match dimension:
        case Float():
            assert value is not None
            return float(value)
        case Int():
            assert value is not None
            return int(value)
        case Categorical(choices=choices):
            key = scalar_key(value)
            return next(one for one in choices if scalar_key(one) == key)


def _check_range(low: N, high: N, step: N | None, *, log: bool, least: N) -> None:
    if low > high:
        raise SpaceFault(f"low {low:g} is above high {high:g}")
    if step is not None and step <= 0:
        raise SpaceFault(f"step must be above 0, not {step:g}")
    if log and step is not None:
        raise SpaceFault("a step and a logarithmic scale exclude each other")
    if log and (low < least or not low):
        bound = f"{least} or more" if least else "above 0"
        raise SpaceFault(f"on a logarithmic scale low must be {bound}, not {low:g}")


def _is_finite(value: object) -> TypeGuard[float]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value)


def _range_text(low: float, high: float, step: float | None, *, log: bool) -> str:
    scale = " by logarithm" if log else f" by {step:g}" if step is not None else ""
    return f"{low:g} to {high:g}{scale}"


def _steps(low: float, high: float, step: float) -> int:
    return math.floor((high - low) / step * (1 + _NEAR) + _NEAR) + 1


def _some(count: int, points: int | None) -> list[int]:
    """`points` of `count` places, first and last among them."""
    if points is None or points >= count:
        return list(range(count))
    return [round(_place(i, points) * (count - 1)) for i in range(points)]


def _place(at: int, points: int) -> float:
    return at / (points - 1) if points > 1 else 0.5


def _between(low: float, high: float, share: float, *, log: bool) -> float:
    if not log:
        return min(low + share * (high - low), high)
    exponent = math.log(low) + share * (math.log(high) - math.log(low))
    return min(max(math.exp(exponent), low), high)
