"""Training logs, read from what a step printed or gave."""

from __future__ import annotations

import json

import pytest

from couler_jupyter.errors import LogFault
from couler_jupyter.tuning.logs import RealLog, RealSource
from couler_jupyter.tuning.verifying import read_log
from tests.tuning.verifying.tasks import setting


def read(given: object, asked: int | None = None) -> RealLog:
    return read_log(
        given, setting(0.5), source=RealSource.SHORT_RUN, asked=asked, run="r1"
    )


def test_lines_of_json_among_others_are_points() -> None:
    log = read(
        'loading {data}\n{"unit": 1, "metric": 0.5, "lr": 0.1}\n'
        '2026-01-01T00:00:00Z {"unit": 2, "metric": 0.75, "seconds": 3}\n'
        '{"epoch": 3}\n{"unit": "4"}\n{"unit": true, "metric": 1}\n{"un'
    )
    assert [(one.unit, one.metric) for one in log.points] == [(1, 0.5), (2, 0.75)]
    assert (log.observed_units, log.seconds, log.run) == (2, 3, "r1")
    assert log.warnings == ()


@pytest.mark.parametrize("as_text", [True, False])
def test_a_list_that_a_step_gave_is_a_log(as_text: bool) -> None:
    rows = [{"unit": 1, "val_loss": 2.0, "metric": 1}, {"unit": 2, "metric": 2}]
    log = read(json.dumps(rows) if as_text else rows)
    assert [one.metric for one in log.points] == [1, 2]


def test_fewer_points_than_asked_are_told() -> None:
    log = read('{"unit": 1, "metric": 1}', asked=5)
    assert log.warnings == ("5 units were asked for and 1 are reported",)


def test_a_loss_that_is_no_number_is_left_out_and_told() -> None:
    log = read(
        '{"unit": 1, "val_loss": 1, "metric": 0.1}\n{"unit": 2, "val_loss": NaN}'
    )
    assert log.diverged
    assert log.points[1].val_loss is None
    assert "val_loss is nan at unit 2: training diverged" in log.warnings


def test_a_loss_that_rises_is_told() -> None:
    lines = [{"unit": u, "val_loss": 0.1 * u, "metric": 0.5} for u in range(1, 9)]
    log = read("\n".join(map(json.dumps, lines)))
    assert log.warnings == ("val_loss rises from 0.1 to 0.8: it diverges or overfits",)


def test_a_log_without_a_metric_is_told() -> None:
    assert read('{"unit": 1, "val_loss": 1}').warnings == (
        "it reports no metric, only losses",
    )


@pytest.mark.parametrize(
    "given", ["", "done\n", "[]", '{"unit": 1.5}', None, 3, "{" * 9]
)
def test_without_a_point_there_is_no_log(given: object) -> None:
    with pytest.raises(LogFault, match="reports no unit of training; print one JSON"):
        read(given)
