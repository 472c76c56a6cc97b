"""What is tried: the best foretold, the default, and one at random."""

from __future__ import annotations

from couler_jupyter.tuning.verifying import Why, candidates
from tests.tuning.verifying.tasks import TASK, foretold, setting

FORETOLD = [
    foretold(0.1, 0.7),
    foretold(0.9, 0.9),
    foretold(0.5, 0.8),
    foretold(1, 0.6),
]


def test_the_best_the_default_and_one_at_random_are_tried() -> None:
    found = candidates(TASK, FORETOLD, top=1)
    assert [one.why for one in found] == [Why.FORETOLD, Why.DEFAULT, Why.RANDOM]
    assert [one.setting for one in found[:2]] == [setting(0.9), setting(0.5)]
    assert [one.rank for one in found[:2]] == [1, 2]
    assert TASK.space.contains(found[2].setting)


def test_each_is_tried_once_and_the_default_is_called_so() -> None:
    found = candidates(TASK, FORETOLD, top=3)
    assert len({one.setting.key for one in found}) == len(found) == 4
    assert {one.why for one in found} == {Why.FORETOLD, Why.DEFAULT, Why.RANDOM}
    assert next(one for one in found if one.setting == setting(0.5)).why is Why.DEFAULT


def test_the_same_seed_draws_the_same() -> None:
    drawn = [candidates(TASK, FORETOLD, seed=seed)[-1].setting for seed in (3, 3)]
    assert drawn[0] == drawn[1]
    many = {candidates(TASK, FORETOLD, seed=seed)[-1].setting for seed in range(20)}
    assert len(many) > 1


def test_without_a_prediction_the_default_and_one_at_random_are_left() -> None:
    assert [one.why for one in candidates(TASK, ())] == [Why.DEFAULT, Why.RANDOM]
