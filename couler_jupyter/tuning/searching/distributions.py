"""A space as Optuna's distributions, and back.

Optuna says conditions by what an objective asks for, not as data: `suggested` asks in that
way, and `space_of` is told them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, assert_never

from couler_jupyter.errors import SpaceFault
from couler_jupyter.ir.tuning import (
    Categorical,
    Dimension,
    Float,
    Int,
    OnlyWhere,
    Scalar,
    Setting,
    Space,
)

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.trial import BaseTrial


def distributions_of(space: Space) -> dict[str, BaseDistribution]:
    """Return a space's dimensions as Optuna's distributions, in their order."""
    return {name: _distribution(one) for name, one in space.dimensions}


def space_of(
    distributions: Mapping[str, BaseDistribution],
    *,
    default: Mapping[str, Scalar] | None = None,
    conditions: Iterable[OnlyWhere] = (),
) -> Space:
    """Return the space of some distributions of Optuna.

    Args:
        distributions: by the name of the hyper-parameter.
        default: values that are the default; Optuna has no word for them.
        conditions: which hyper-parameters go only with others; neither for these.

    Raises:
        SpaceFault: a distribution, default or condition makes no sense here.
    """
    usual = dict(default or {})
    if unknown := usual.keys() - distributions.keys():
        raise SpaceFault(
            f"there is a default of {min(unknown)!r}, and no such dimension"
        )
    made = {
        name: _dimension(name, one, usual.get(name))
        for name, one in distributions.items()
    }
    return Space.of(made, *conditions)


def suggested(trial: BaseTrial, space: Space) -> Setting:
    """Return what a trial suggests: only what is set beside the rest of it."""
    values: dict[str, Scalar] = {}
    waiting = list(space.dimensions)
    while waiting:
        for name, one in tuple(waiting):
            needs = {c.other for c in space.conditions if c.name == name}
            if needs.isdisjoint(other for other, _ in waiting):
                waiting.remove((name, one))
                if space.is_set(name, values):
                    values[name] = _asked(trial, name, one)
    return space.setting(values)


def _distribution(one: Dimension) -> BaseDistribution:
    from optuna.distributions import (
        CategoricalDistribution,
        FloatDistribution,
        IntDistribution,
    )

    match one:
        case Float():
            return FloatDistribution(one.low, one.high, log=one.log, step=one.step)
        case Int():
            return IntDistribution(one.low, one.high, log=one.log, step=one.step)
        case Categorical():
            return CategoricalDistribution(one.choices)
        case _ as never:
            assert_never(never)


def _dimension(name: str, given: BaseDistribution, default: Scalar | None) -> Dimension:
    from optuna.distributions import (
        CategoricalDistribution,
        FloatDistribution,
        IntDistribution,
    )

    whole = isinstance(default, int) and not isinstance(default, bool)
    number = whole or isinstance(default, float)
    match given:
        case FloatDistribution() if default is None or number:
            return Float(
                low=given.low,
                high=given.high,
                log=given.log,
                step=given.step,
                default=None if default is None else float(default),
            )
        case IntDistribution() if default is None or whole:
            return Int(
                low=given.low,
                high=given.high,
                log=given.log,
                step=given.step,
                default=None if default is None else int(default),
            )
        case CategoricalDistribution():
            return Categorical(choices=tuple(given.choices), default=default)
        case FloatDistribution() | IntDistribution():
            raise SpaceFault(f"{name!r}: default {default!r} is not of its kind")
        case _:
            raise SpaceFault(
                f"{name!r}: {type(given).__name__} is no distribution of a number or of "
                "choices"
            )


def _asked(trial: BaseTrial, name: str, one: Dimension) -> Scalar:
    match one:
        case Float():
            return trial.suggest_float(
                name, one.low, one.high, step=one.step, log=one.log
            )
        case Int():
            return trial.suggest_int(
                name, one.low, one.high, step=one.step, log=one.log
            )
        case Categorical():
            return trial.suggest_categorical(name, one.choices)
        case _ as never:
            assert_never(never)
