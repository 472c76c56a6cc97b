"""What is known of settings becomes a view without a number changing its kind."""

from __future__ import annotations

from couler_jupyter.ir.tuning import Tune
from couler_jupyter.tuning.logs import PredictedLog, RealLog
from couler_jupyter.tuning.verifying import Outlook
from couler_jupyter.tuning.viewing import tuning_view_of
from tests.ir.tuning.test_space import SPACE
from tests.tuning.cards.test_readme import DATA, MODEL
from tests.tuning.logs.test_log import GUESS, REAL

TUNE = Tune(space=SPACE, data=DATA, model=MODEL)


def test_predicted_and_measured_stand_side_by_side() -> None:
    usual = SPACE.default()
    view = tuning_view_of(
        step="train", tune=TUNE, predicted=[GUESS], real=[REAL], usual=usual,
        chosen=REAL.setting, drawn=[usual], advice="stop",
    )  # fmt: skip
    one, other = view["settings"]
    assert one["id"] == REAL.setting.key == GUESS.setting.key
    assert one["predicted"] is not None
    assert one["predicted"]["value"] == 0.9
    assert one["predicted"]["points"] == [
        {"unit": 1, "value": 0.5, "low": 0.4, "high": 0.6}
    ]
    assert one["measured"][0]["value"] == 0.5
    assert one["measured"][0]["points"] == [{"unit": 1, "value": 0.5}]
    assert (one["marks"], one["seconds"]) == (["chosen"], 1.5)
    assert (other["marks"], other["rank"]) == (["default", "drawn"], 0)
    assert (view["metric"], view["maximize"], view["trivial"]) == (
        "accuracy",
        True,
        0.5,
    )


def test_long_curves_are_thinned_to_their_ends() -> None:
    from dataclasses import replace

    from couler_jupyter.tuning.logs import Point

    points = tuple(Point(unit=i, metric=i / 1000) for i in range(1, 1001))
    log: RealLog = replace(REAL, points=points, observed_units=1000)
    guesses: list[PredictedLog] = []
    view = tuning_view_of(step="a", tune=TUNE, predicted=guesses, real=[log])
    drawn = view["settings"][0]["measured"][0]["points"]
    assert len(drawn) == 100
    assert (drawn[0]["unit"], drawn[-1]["unit"]) == (1, 1000)


def test_the_curve_of_a_short_run_goes_on_from_its_last_point() -> None:
    setting = REAL.setting
    gone_on = Outlook(
        setting=setting, source="curve-extrapolation", value=0.7, low=0.6, high=0.8
    )
    view = tuning_view_of(
        step="a", tune=TUNE, predicted=[GUESS], real=[REAL], outlooks=[gone_on]
    )
    predicted = view["settings"][0]["predicted"]
    assert predicted is not None
    assert predicted["source"] == "curve-extrapolation"
    assert (predicted["value"], predicted["low"], predicted["high"]) == (0.7, 0.6, 0.8)
    assert [(p["unit"], p["value"]) for p in predicted["points"]] == [(1, 0.5)]
