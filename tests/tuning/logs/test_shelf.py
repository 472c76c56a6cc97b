"""Logs are kept by data, model card and setting; predicted ones never beside real ones."""

from __future__ import annotations

import multiprocessing
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from couler_jupyter.errors import StoreFailed
from couler_jupyter.ir.tuning import (
    Classes,
    DataCard,
    Direction,
    Metric,
    ModelCard,
    Setting,
)
from couler_jupyter.tuning.logs import (
    Final,
    Point,
    PredictedLog,
    PredictedSource,
    Predictor,
    RealLog,
    RealSource,
    Shelf,
)

DATA = DataCard(
    name="digits",
    input_type="tabular",
    label_space=Classes(names=("0", "1")),
    metric=Metric(name="accuracy", direction=Direction.MAXIMIZE),
    fingerprint="abc",
)
MODEL = ModelCard(name="MLP", library="sklearn", structure="dense", description="a net")
SLOW = Setting.of({"rate": 0.1})
FAST = Setting.of({"rate": 1})


def real(setting: Setting, metric: float, run: str = "r1") -> RealLog:
    return RealLog(
        source=RealSource.FULL_RUN,
        setting=setting,
        points=(Point(unit=1, metric=metric),),
        observed_units=1,
        run=run,
    )


def guess(setting: Setting, value: float) -> PredictedLog:
    return PredictedLog(
        source=PredictedSource.PAST_RUNS,
        setting=setting,
        predictor=Predictor(name="past-runs"),
        final=Final(value=value, low=0, high=1),
    )


def test_what_one_notebook_learned_the_next_one_finds(tmp_path: Path) -> None:
    Shelf(tmp_path).add(real(SLOW, 0.5), DATA, MODEL)
    Shelf(tmp_path).add(guess(FAST, 0.9), DATA, MODEL)
    again = Shelf(tmp_path)
    assert again.real(DATA, MODEL) == (real(SLOW, 0.5),)
    assert again.predicted(DATA, MODEL, FAST) == (guess(FAST, 0.9),)
    assert not again.real(DATA, MODEL, FAST)
    assert not again.predicted(DATA, MODEL, SLOW)
    (kept,) = again.everything()
    assert (kept.data, kept.model, kept.log) == (DATA, MODEL, real(SLOW, 0.5))


def test_an_empty_folder_is_not_touched_by_looking(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "none")
    assert not shelf.everything()
    assert not shelf.real(DATA, MODEL)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("other", ["data", "metric", "model"])
def test_other_data_metrics_and_models_have_other_logs(
    other: str, tmp_path: Path
) -> None:
    Shelf(tmp_path).add(real(SLOW, 0.5), DATA, MODEL)
    data, model = DATA, MODEL
    if other == "data":
        data = replace(DATA, fingerprint="other")
    elif other == "metric":
        data = replace(DATA, metric=Metric(name="f1", direction=Direction.MAXIMIZE))
    else:
        model = replace(MODEL, structure="two dense layers")
    assert Shelf(tmp_path).real(data, model) == ()


def test_a_new_description_keeps_the_logs(tmp_path: Path) -> None:
    Shelf(tmp_path).add(real(SLOW, 0.5), DATA, MODEL)
    told = replace(MODEL, description="in other words", parameters=7)
    assert Shelf(tmp_path).real(replace(DATA, name="Digits"), told)


def test_the_latest_of_what_is_told_twice_counts(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.add_all(
        (real(SLOW, 0.5), real(SLOW, 0.6), real(SLOW, 0.7, "r2")), DATA, MODEL
    )
    shelf.add_all((guess(SLOW, 0.1), guess(SLOW, 0.2)), DATA, MODEL)
    assert [log.value for log in shelf.real(DATA, MODEL)] == [0.6, 0.7]
    assert [log.value for log in shelf.predicted(DATA, MODEL)] == [0.2]


def test_no_table_takes_the_sources_of_the_other(tmp_path: Path) -> None:
    Shelf(tmp_path).add(guess(SLOW, 0.5), DATA, MODEL)
    with sqlite3.connect(tmp_path / "logs.sqlite") as connection:
        row = connection.execute("SELECT * FROM predicted_logs").fetchone()
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(
                "INSERT INTO real_logs VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row
            )
        connection.execute(
            "INSERT INTO real_logs VALUES (?, ?, ?, ?, 'full-run', ?, ?, ?)",
            (*row[:4], *row[5:]),
        )
    connection.close()
    with pytest.raises(StoreFailed, match="predicted-log"):
        Shelf(tmp_path).real(DATA, MODEL)


def _write(folder: Path, who: int) -> None:
    for at in range(20):
        Shelf(folder).add(real(SLOW, 0.5, f"{who}-{at}"), DATA, MODEL)


def test_two_notebooks_at_once_lose_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write, args=(tmp_path, who)) for who in (1, 2)]
    for one in writers:
        one.start()
    for one in writers:
        one.join(120)
    assert [one.exitcode for one in writers] == [0, 0]
    assert len(Shelf(tmp_path).real(DATA, MODEL)) == 40


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "logs.sqlite").write_text("no database, but long enough to look at")
    with pytest.raises(StoreFailed, match="training logs in"):
        Shelf(tmp_path).everything()
