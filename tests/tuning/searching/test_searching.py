"""Further search by Optuna: the same space, a start from what is known, and baselines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

optuna = pytest.importorskip("optuna")

from couler_jupyter.errors import SpaceFault, UsageFailed  # noqa: E402
from couler_jupyter.ir.tuning import (  # noqa: E402
    Categorical,
    Float,
    Int,
    OnlyWhere,
    Setting,
    Space,
)
from couler_jupyter.tuning.searching import (  # noqa: E402
    begin,
    courses,
    distributions_of,
    objective_of,
    space_of,
    suggested,
)
from tests.tuning.verifying.tasks import TASK, foretold, ran, setting  # noqa: E402

SPACE = Space.of(
    {
        "momentum": Float(low=0.0, high=0.9, step=0.1, default=0.5),
        "rate": Float(low=0.001, high=1.0, log=True, default=0.1),
        "width": Int(low=8, high=64, log=True),
        "layers": Int(low=1, high=7, step=2, default=3),
        "solver": Categorical(choices=("adam", "sgd", None, 2, True), default="sgd"),
    },
    OnlyWhere(name="momentum", other="solver", among=("sgd",)),
)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    yield
    optuna.logging.set_verbosity(before)


def test_a_space_goes_to_optuna_and_back() -> None:
    default = {
        name: one.default for name, one in SPACE.dimensions if one.default is not None
    }
    made = space_of(
        distributions_of(SPACE), default=default, conditions=SPACE.conditions
    )
    assert made == SPACE
    assert distributions_of(made) == distributions_of(SPACE)


@pytest.mark.parametrize(
    ("given", "default", "said"),
    [
        (optuna.distributions.IntDistribution(1, 3), 1.5, "is not of its kind"),
        (optuna.distributions.FloatDistribution(1, 3), "a", "is not of its kind"),
        (None, None, "NoneType is no distribution"),
        (optuna.distributions.IntDistribution(1, 3), 9, "default 9 is no value of"),
    ],
)
def test_what_is_no_space_is_told(given: Any, default: Any, said: str) -> None:
    with pytest.raises(SpaceFault, match=said):
        space_of({"x": given}, default={"x": default})
    with pytest.raises(SpaceFault, match="there is a default of 'y'"):
        space_of({"x": given}, default={"y": 1})


def test_a_trial_suggests_what_goes_together() -> None:
    sampler = optuna.samplers.RandomSampler(seed=1)
    study = optuna.create_study(sampler=sampler)
    found = [suggested(study.ask(), SPACE) for _ in range(30)]
    assert all(SPACE.contains(one) for one in found)
    assert {"momentum" in one for one in found} == {True, False}
    fixed = optuna.trial.FixedTrial(SPACE.default().as_dict())
    assert suggested(fixed, SPACE) == SPACE.default()


def good(one: Setting) -> float:
    rate = one["rate"]
    assert isinstance(rate, float)
    return 1 - abs(rate - 0.8)


FORETOLD = [foretold(0.8, 0.9), foretold(0.2, 0.3), foretold(0.5, 0.4)]


def test_a_study_begins_with_what_is_known() -> None:
    full, short = ran(0.2, 0.3, units=40), ran(0.9, 0.9)
    lost = replace(ran(0.3, 0.9, units=40), diverged=True)
    study = begin(TASK, FORETOLD, [full, short, lost], top=1)
    assert [one.params for one in study.get_trials(states=_DONE)] == [{"rate": 0.2}]
    study.optimize(objective_of(TASK, good), n_trials=3)
    tried = [one.params["rate"] for one in study.trials]
    assert tried[:3] == [0.2, 0.8, 0.5]
    assert len(tried) == 4
    assert study.best_params == {"rate": 0.8}


_DONE = (optuna.trial.TrialState.COMPLETE,)


def test_others_stand_beside_ours_at_equal_cost() -> None:
    asked: list[str] = []

    def counted(one: Setting) -> float:
        asked.append(one.key)
        return good(one)

    found = {
        one.name: one.best
        for one in courses(TASK, counted, runs=4, predicted=FORETOLD, top=1, seed=5)
    }
    names = ["ours", "default", "random", "default, then random", "tpe"]
    assert list(found) == names
    assert all(len(best) == 4 for best in found.values())
    assert all(list(best) == sorted(best) for best in found.values())
    assert found["ours"] == (1.0,) * 4
    assert found["default"] == (good(setting(0.5)),) * 4
    assert found["default, then random"][0] == good(setting(0.5))
    assert len(asked) == len(set(asked))
    with pytest.raises(UsageFailed, match="0 runs compare nothing"):
        courses(TASK, good, runs=0)
