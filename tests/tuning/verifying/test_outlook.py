"""What is known of each setting, and what to do next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from couler_jupyter.ir.tuning import Direction, Metric
from couler_jupyter.tuning.logs import Point
from couler_jupyter.tuning.verifying import (
    Cost,
    Next,
    Outlook,
    advise,
    candidates,
    full_seconds,
    outlooks,
)
from tests.tuning.verifying.tasks import TASK, foretold, ran, setting

GOAL = TASK.goal
FORETOLD = [
    foretold(0.1, 0.7),
    foretold(0.9, 0.9),
    foretold(0.5, 0.8),
    foretold(1, 0.6),
]


def test_a_prediction_gives_way_to_what_was_run() -> None:
    tried = candidates(TASK, FORETOLD, top=1)
    found = outlooks(TASK, FORETOLD, [ran(0.9, 0.85), ran(0.5, 0.95)], tried)
    best = found[0]
    assert best.setting == setting(0.5)
    assert best.source == "curve-extrapolation"
    assert best.value == pytest.approx(0.94, abs=0.01)
    assert best.foretold == 0.8
    assert (best.units, best.seconds, best.why) == (10, 1, "default")
    assert not best.measured
    assert {one.source for one in found} == {"curve-extrapolation", "past-runs", ""}


def test_a_full_run_is_what_it_measured() -> None:
    (one,) = outlooks(TASK, (), [ran(0.5, 0.95), ran(0.5, 0.9, units=40)])
    assert one.measured
    assert one.value == one.low == one.high == pytest.approx(0.9 - 0.3 / 40)


def test_too_short_a_run_tells_of_no_end() -> None:
    (one,) = outlooks(TASK, [foretold(0.5, 0.8)], [ran(0.5, 0.95, units=3)])
    assert one.value is None
    assert one.foretold == 0.8
    assert "its log has 3 points with a metric" in one.warnings[-1]


def test_a_run_that_diverged_has_no_end() -> None:
    (one,) = outlooks(TASK, (), [replace(ran(0.5, 0.9), diverged=True)])
    assert (one.value, one.source) == (None, "short-run")


def test_bands_are_fitted_to_full_runs_once_there_are_four() -> None:
    rates = (0.1, 0.2, 0.3, 0.4)
    told = [*(foretold(rate, 0.8) for rate in rates), foretold(1, 0.8)]
    full = [ran(rate, 0.7 + rate / 10, units=40) for rate in rates]
    before = outlooks(TASK, told, full[:3])
    assert not any(one.calibrated for one in before)
    after = {one.setting: one for one in outlooks(TASK, told, full)}
    left = after[setting(1.0)]
    assert left.calibrated
    assert left.value == pytest.approx(0.725 - 0.3 / 40, abs=0.01)


def known(rate: float, value: float, width: float, units: int = 10) -> Outlook:
    return Outlook(
        setting=setting(rate),
        source="full-run" if units == 40 else "curve-extrapolation",
        value=value,
        low=value - width,
        high=value + width,
        units=units,
    )


USUAL = setting(0.5)


def test_predictions_alone_are_to_be_verified() -> None:
    advice = advise([known(0.1, 0.9, 0.01, units=0)], USUAL, GOAL)
    assert advice.word is Next.VERIFY
    assert "predictions are no results" in advice.reason
    assert advise((), USUAL, GOAL).word is Next.VERIFY


def test_close_rivals_are_to_be_verified_further() -> None:
    advice = advise([known(0.1, 0.9, 0.1), known(0.5, 0.89, 0.1)], USUAL, GOAL)
    assert advice.word is Next.VERIFY
    assert advice.gain > advice.least


def test_a_clear_leader_is_to_be_run_in_full() -> None:
    advice = advise([known(0.1, 0.9, 0.001), known(0.5, 0.7, 0.001)], USUAL, GOAL)
    assert (advice.word, advice.setting) == (Next.RUN, setting(0.1))


def test_where_the_default_leads_there_is_nothing_to_gain() -> None:
    advice = advise([known(0.5, 0.9, 0.001), known(0.1, 0.7, 0.001)], USUAL, GOAL)
    assert advice.word is Next.STOP
    done = advise([known(0.1, 0.9, 0, 40), known(0.5, 0.7, 0.001)], USUAL, GOAL)
    assert done.word is Next.STOP
    assert "it was run in full" in done.reason


def test_less_is_better_where_the_metric_says_so() -> None:
    loss = Metric(name="loss", direction=Direction.MINIMIZE)
    close = [known(0.1, 0.2, 0.05), known(0.5, 0.21, 0.05)]
    assert advise(close, USUAL, loss).word is Next.VERIFY
    clear = [known(0.1, 0.2, 0.001), known(0.5, 0.9, 0.001)]
    assert advise(clear, USUAL, loss).word is Next.RUN


def test_runs_that_cost_more_than_they_gain_are_not_advised() -> None:
    rivals = [known(0.1, 0.9, 0.1), known(0.5, 0.89, 0.1)]
    dear = advise(rivals, USUAL, GOAL, cost=Cost(amount=50, unit="USD"), worth=100.0)
    assert dear.word is Next.RUN
    assert "0.5 of accuracy pays for a full run (50 USD)" in dear.reason
    cheap = Cost(amount=0.5, unit="s")
    assert advise(rivals, USUAL, GOAL, cost=cheap, worth=100.0).word is Next.VERIFY
    told = advise(rivals, USUAL, GOAL, cost=cheap)
    assert told.reason.endswith("counts as nothing; a full run costs about 0.5 s")


def test_a_full_run_takes_what_runs_took() -> None:
    shorts = [ran(0.5, 0.9), ran(0.1, 0.8)]  # a second for ten of forty units
    assert full_seconds(shorts, 40) == 4
    assert full_seconds([replace(ran(0.5, 0.9, units=40), seconds=7.0)], None) == 7
    assert full_seconds(shorts, None) is None
    assert full_seconds([replace(shorts[0], seconds=None)], 40) is None


def test_what_was_foretold_is_laid_through_what_was_run() -> None:
    points = tuple(Point(unit=unit, metric=0.6 + unit / 200) for unit in (4, 10, 40))
    told = replace(foretold(0.5, 0.8), points=points)
    (one,) = outlooks(TASK, [told], [ran(0.5, 0.7)])
    assert one.source == "curve-extrapolation"
    assert one.value == pytest.approx((0.69 + 0.82) / 2, abs=0.01)
    assert one.foretold == 0.8
    assert one.low is not None
    assert one.low < 0.75
