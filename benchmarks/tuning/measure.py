"""Predicted training logs held against real ones: the tables of docs/tuning-benchmark.md.

    python benchmarks/tuning/measure.py [--seeds 12] [--further]

Each data set is predicted from all the others, never from itself. Prints tables and whether
the goals are met; its status is 1 where one is missed. With --further it is about the ten
further data sets, learned from each other alone. Trains nothing: see build.py.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from statistics import fmean

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from benchmarks.tuning.answers import Answered, answered
from benchmarks.tuning.datasets import FURTHER, REAL
from benchmarks.tuning.judging import (
    SHORT,
    Judge,
    covered,
    random_short,
    reliability,
    to_verify,
    verified,
)
from benchmarks.tuning.logs import Truth, truth_of
from benchmarks.tuning.searches import WAYS, regrets
from benchmarks.tuning.series import measured
from benchmarks.tuning.tables import read_all
from couler_jupyter.ir.tuning import Setting
from couler_jupyter.tuning.logs import PredictedLog
from couler_jupyter.tuning.predicting.past_runs import PastRuns
from couler_jupyter.tuning.predicting.ranking import ranked

RUNS = 10
RANKS = ("reliability", "tau", "first", "default", "random", "in top 5", "in band")
BESIDE = (
    "train_loss: tau",
    "off by",
    "val_loss: tau",
    "off by",
    "seconds: tau",
    "off by",
)
SHORTS = (
    "ours",
    "own curves",
    "as they are",
    "cost",
    "default",
    "2 random",
    "default and 1 random",
    "5 short random",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """A table, what was predicted of it, and who knows better."""

    judge: Judge
    logs: tuple[PredictedLog, ...]

    @property
    def name(self) -> str:
        """Of the table."""
        return self.judge.truth.table.name

    @property
    def first(self) -> float:
        """What the setting that was predicted as the best loses."""
        return self.judge.regret(
            ranked(self.logs, self.judge.truth.task.goal)[0].setting
        )


def predicted(truths: Sequence[Truth], names: Iterable[str] = REAL) -> list[Predicted]:
    """Predict each table of some data sets from those of all other data sets."""
    found: list[Predicted] = []
    judged = set(names)
    for truth in truths:
        if truth.table.data not in judged:
            continue
        past = tuple(
            kept
            for other in truths
            if other.table.data != truth.table.data
            for kept in other.kept
        )
        logs = PastRuns(past=past).predict(truth.task, truth.settings)
        found.append(Predicted(judge=Judge.of(truth), logs=logs))
    return found


def show(
    title: str, rows: Mapping[str, Sequence[float]], columns: Sequence[str]
) -> None:
    """Print a table with its mean."""
    print(f"\n{title}\n")
    print(f"| table | {' | '.join(columns)} |")
    print("|---" * (len(columns) + 1) + "|")
    mean = [fmean(column) for column in zip(*rows.values(), strict=True)]
    for name, row in {**rows, "**mean**": mean}.items():
        numbers = (f"{one:.2f}" if abs(one) <= 1 else f"{one:.1f}" for one in row)
        print(f"| {name} | {' | '.join(numbers)} |")


def mean_of(rows: Mapping[str, Sequence[float]], column: int) -> float:
    """Return the mean of a column."""
    return fmean(row[column] for row in rows.values())


def ranks(some: Sequence[Predicted]) -> dict[str, list[float]]:
    """Return how well settings are ranked before any run."""
    return {
        one.name: [
            reliability(one.judge.truth),
            one.judge.tau(one.logs),
            one.first,
            one.judge.default(),
            one.judge.random(1),
            float(one.judge.in_top(one.logs)),
            one.judge.holds(one.logs),
        ]
        for one in some
    }


def series(some: Sequence[Predicted]) -> dict[str, list[float]]:
    """Return how well losses and seconds at the end are predicted."""
    return {one.name: measured(one.judge.truth, one.logs) for one in some}


def verification(some: Sequence[Predicted]) -> dict[str, list[float]]:
    """Return what is lost after short runs, ours and others at no less cost."""
    found: dict[str, list[float]] = {}
    for one in some:
        judge, settings = one.judge, to_verify(one.judge, one.logs)
        ours = [
            judge.regret(verified(judge, one.logs, settings, way))
            for way in ("anchored", "continued", "raw")
        ]
        cost = SHORT * len(settings) + 1
        usual = to_verify(judge, one.logs, top=0)
        found[one.name] = [
            *ours,
            cost,
            judge.default(),
            judge.random(2),
            judge.random(1, usual),
            random_short(judge, 5),
        ]
    return found


def searched(some: Sequence[Predicted], seeds: int) -> dict[str, list[float]]:
    """Return the mean regret of searches after 3, 5 and 10 full runs, by way."""
    found: dict[str, list[float]] = {}
    for way in WAYS:
        courses = [
            regrets(one.judge, one.logs, way, RUNS, seed)
            for one in some
            for seed in range(seeds)
        ]
        found[way] = [
            fmean(course[at - 1] for course in courses) for at in (2, 3, 5, 10)
        ]
    return found


def bands(some: Sequence[Predicted]) -> dict[str, list[float]]:
    """Return how often bands of 80 % hold, before and after calibration."""
    return {
        one.name: [
            one.judge.holds(one.logs),
            covered(one.judge, one.logs, partial(drawn, one, 4)),
            covered(one.judge, one.logs, partial(drawn, one, 9)),
            covered(one.judge, one.logs, partial(chosen, one), drawn=False),
        ]
        for one in some
    }


def drawn(one: Predicted, count: int, random: Random) -> list[Setting]:
    """Return settings drawn at random."""
    return random.sample(one.judge.truth.settings, count)


def chosen(one: Predicted, random: Random) -> list[Setting]:
    """Return what a verification runs: the first three, the default, one at random."""
    return [*to_verify(one.judge, one.logs), *drawn(one, 1, random)]


def language_model(found: Sequence[Answered]) -> dict[str, list[float]]:
    """Return how well recorded answers of a language model rank settings."""
    rows: dict[str, list[float]] = {}
    for one in found:
        judge = Judge.of(one.truth)
        some = Predicted(judge=judge, logs=one.logs)
        rows[some.name] = [
            reliability(one.truth),
            judge.tau(one.logs),
            some.first,
            judge.default(),
            judge.random(1),
            float(judge.in_top(one.logs)),
        ]
    return rows


def goal(words: str, value: float, *, least: float | None = None, most: float) -> bool:
    """Print whether a goal is met."""
    met = value <= most and (least is None or value >= least)
    bound = f"<= {most:.3g}" if least is None else f"{least:.3g} to {most:.3g}"
    print(f"{'met' if met else 'MISSED'}: {words}: {value:.3g} ({bound})")
    return met


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--further", action="store_true")
    given = parser.parse_args()
    tables = read_all()
    if given.further:
        others = [truth_of(one) for one in tables if one.data in FURTHER]
        found = predicted(others, FURTHER)
        show("Past runs, before any run", ranks(found), RANKS)
        show("Their losses and seconds", series(found), BESIDE)
        show("After short runs", verification(found), SHORTS)
        return
    some = predicted([truth_of(table) for table in tables])
    ranking, short, band = ranks(some), verification(some), bands(some)
    search = searched(some, given.seeds)
    asked = answered(tables)
    told = language_model(asked)
    show("Past runs, before any run", ranking, RANKS)
    show("Their losses and seconds", series(some), BESIDE)
    accurate = predicted([truth_of(table, "accuracy") for table in tables])
    show("The same, judged by accuracy", ranks(accurate), RANKS)
    show(
        "After short runs of the first three and the default",
        short,
        SHORTS,
    )
    show("TPE after 2, 3, 5 and 10 full runs", search, ("2", "3", "5", "10"))
    show(
        "Bands of 80 % that hold",
        band,
        (
            "as predicted",
            "after 4 drawn runs",
            "after 9",
            "after those of verification",
        ),
    )
    show(f"Language model: {asked[0].model}, {asked[0].made}", told, RANKS[:-1])
    print()
    met = [
        goal("mean tau of past runs, negated", -mean_of(ranking, 1), most=-0.35),
        goal(
            "first over default", mean_of(ranking, 2) / mean_of(ranking, 3), most=1 / 3
        ),
        goal("after short runs, % of the range", mean_of(short, 0), most=3),
        goal("its cost, full runs", max(row[3] for row in short.values()), most=2.25),
        goal("TPE, 3 runs, over cold", search["ours"][1] / search["cold"][1], most=0.7),
        goal(
            "TPE, 10 runs, over cold", search["ours"][3] / search["cold"][3], most=1.1
        ),
        goal("bands after 4 runs", mean_of(band, 1), least=0.7, most=0.9),
        goal("mean tau of the language model, negated", -mean_of(told, 1), most=-0.6),
    ]
    raise SystemExit(0 if all(met) else 1)


if __name__ == "__main__":
    main()
