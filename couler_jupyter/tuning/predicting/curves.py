"""Where a learning curve goes: many simple curves fitted by least squares, weighed by fit.

Each family is linear in its limit and its size once its rate is given, so a grid of rates
and a closed form for the rest find the best fits without a start to choose. Families as in
Domhan et al., "Speeding up automatic hyperparameter optimization of deep neural networks by
extrapolation of learning curves", IJCAI 2015; weights instead of their MCMC.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

FEWEST: Final = 4
"""Points below which no curve is fitted."""
LEVEL: Final = 0.8
"""The share of cases that a band is meant to hold."""
_RATES: Final = 24
_FLATTEST: Final = 1e-9
_SMOOTH: Final = 0.25
"""How many independent points one point counts for: neighbours err alike."""

Array: TypeAlias = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A value and where it may lie."""

    value: float
    low: float
    high: float


def extrapolate(
    units: Sequence[int], values: Sequence[float], ahead: Sequence[int]
) -> tuple[Band, ...]:
    """Return where a curve is at later units, as median and 10 to 90 % of the fits.

    Args:
        units: epochs or rounds seen, growing, from 1 on.
        values: finite, one a unit.
        ahead: units to tell of.

    Raises:
        ValueError: there are fewer than four points.
    """
    import numpy as np

    if len(units) < FEWEST:
        raise ValueError(f"{len(units)} points are too few, a curve needs {FEWEST}")
    seen, found = np.asarray(units, float), np.asarray(values, float)
    later = np.asarray(ahead, float)
    told, errors, freedom = _fits(seen, found, later)
    weights = _weights(errors, freedom, len(units))
    spread = _noise(errors, freedom, len(units))
    return tuple(_band(column, weights, spread) for column in told.T)


def _fits(seen: Array, found: Array, later: Array) -> tuple[Array, Array, Array]:
    """Return what each curve says of later units, its error, and its free numbers."""
    import numpy as np

    weight = np.sqrt(seen / seen[-1])  # what was seen last says most of what comes
    told, errors, freedom = [], [], []
    for shape in _shapes(seen[-1]):
        basis = np.stack([np.ones_like(seen), shape(seen)], 1)
        scaled = basis * weight[:, None]
        solved = np.linalg.lstsq(scaled, found * weight, rcond=None)[0]
        told.append(np.stack([np.ones_like(later), shape(later)], 1) @ solved)
        errors.append(float((((basis @ solved - found) * weight) ** 2).sum()))
        freedom.append(3)
    last = _last(found)
    told.append(np.full_like(later, last))
    errors.append(float((((last - found) * weight) ** 2).sum()))
    freedom.append(1)
    return np.array(told), np.array(errors), np.array(freedom)


def _shapes(end: float) -> list[Callable[[Array], Array]]:
    """Return the families at each rate: powers, exponentials, and one over a log."""
    import numpy as np

    powers = np.geomspace(0.05, 3.0, _RATES)
    rates = np.geomspace(0.3, 30.0, _RATES) / end
    return [
        *(_power(float(rate)) for rate in powers),
        *(_exponential(float(rate)) for rate in rates),
        _over_log,
    ]


def _power(rate: float) -> Callable[[Array], Array]:
    return lambda unit: unit**-rate


def _exponential(rate: float) -> Callable[[Array], Array]:
    import numpy as np

    return lambda unit: np.exp(-rate * unit)


def _over_log(unit: Array) -> Array:
    import numpy as np

    return 1 / np.log(unit + 1)


def _last(found: Array) -> float:
    """Return the level at the end: the mean of the last tenth."""
    return float(found[-max(1, len(found) // 10) :].mean())


def _noise(errors: Array, freedom: Array, points: int) -> float:
    best = int(errors.argmin())
    return math.sqrt(max(errors[best] / max(points / 2 - freedom[best], 1), 0.0))


def _weights(errors: Array, freedom: Array, points: int) -> Array:
    """Return how far to believe each curve: by its likelihood, less for free numbers."""
    import numpy as np

    least = errors.min() / max(points - 3, 1) + _FLATTEST
    logs = -0.5 * _SMOOTH * errors / least - 0.5 * freedom
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


def _band(told: Array, weights: Array, spread: float) -> Band:
    import numpy as np

    order = np.argsort(told)
    reached = np.cumsum(weights[order])
    tail = (1 - LEVEL) / 2
    low, value, high = (
        float(told[order][min(int(np.searchsorted(reached, at)), len(order) - 1)])
        for at in (tail, 0.5, 1 - tail)
    )
    around = 1.2816 * spread
    return Band(
        value=value, low=min(low, value - around), high=max(high, value + around)
    )
