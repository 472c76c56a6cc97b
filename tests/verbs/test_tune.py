"""`couler tune`: what it shows, tries and keeps."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import couler_jupyter as couler
from couler_jupyter.errors import PredictionFailed, SpaceFault, UsageFailed
from couler_jupyter.ir import Direction, Workflow
from couler_jupyter.session import RunHandle, Session
from couler_jupyter.session.tuning import Tuning
from couler_jupyter.verbs.base import Parser
from couler_jupyter.verbs.tune import Tune, table_lines
from tests.tuning.verifying.tasks import foretold

DATA = couler.DataCard(
    name="Digits",
    input_type="image",
    label_space=couler.Classes(names=("zero", "one")),
    metric=couler.Metric(name="accuracy", direction=Direction.MAXIMIZE),
)
MODEL = couler.ModelCard(
    name="MLP", library="", structure="64-2", description="small", max_units=32
)
SPACE = {"rate": couler.Float(low=0.1, high=1.0, step=0.1, default=0.5)}


@couler.step
def train(rate: float, epochs: int = 32) -> None:
    for unit in range(1, epochs + 1):
        couler.report(unit, metric=0.9 - abs(rate - 0.8) - 0.3 / unit)


def learning() -> Workflow:
    tuned = couler.tune(train, SPACE, data_card=DATA, model_card=MODEL, budget="epochs")
    with couler.workflow("learn") as made:
        tuned()
    workflow: Workflow = made.workflow
    return workflow


class Said:
    """A console that remembers."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        self.lines.append(text)

    def show_tuning(self, tuning: Tuning) -> None:
        return None

    def follow(self, run: RunHandle, *, wait: bool) -> None:
        assert wait
        run.wait(120)


@pytest.fixture(scope="module")
def tune(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., list[str]]]:
    session = Session(root=tmp_path_factory.mktemp("runs"))
    session.define(learning())

    def run(*words: str) -> list[str]:
        parser, console = Parser(prog="tune"), Said()
        verb = Tune()
        verb.declare(parser)
        given: argparse.Namespace = parser.parse_args(words)
        assert verb.execute(session, given, console) == 0  # type: ignore[arg-type]
        return console.lines

    yield run
    session.store.close()


Tuner = Callable[..., list[str]]


def test_settings_are_tried_shown_and_used(tune: Tuner) -> None:
    said = tune("--source", "none", "--verify", "--top", "1")
    assert said[0] == "3 real runs of 8 epochs, 0.75 full runs in all"
    assert said[1] == "train: accuracy (maximize) of 3 settings"
    assert said[2].split() == [
        *("setting", "foretold", "now", "80%", "band", "from", "units", "seconds")
    ]
    assert [line.split()[0] for line in said[3:6]] == ["1", "2", "3"]
    assert any("rate=0.5 (default)" in line for line in said[3:6])
    assert all("not calibrated  curve-extrapolation  8" in line for line in said[3:6])
    assert said[-1].startswith("advice: ")
    assert re.search(r"; a full run costs about [0-9.e+]+ s$", said[-1])
    cheap = tune("--source", "none", "--worth", "1e9")[-1]
    assert re.search(r"of accuracy pays for a full run \([0-9.e+]+ s\)$", cheap)
    twice = tune("--source", "none", "--verify", "--top", "1")
    assert twice[0].startswith("all that would be tried was run for 8 units already")
    again = tune("--source", "none", "--use", "best")
    best = again[2].split()[1]
    assert again[-1] == f"train runs with {best} from now on"
    assert tune("--source", "none")[-1] == f"train runs with {best}, chosen before"
    assert tune("--forget") == ["nothing is chosen any more"]
    assert tune("--forget") == ["nothing was chosen"]


def test_a_setting_can_be_named(tune: Tuner) -> None:
    assert tune("--source", "none", "--use", "default")[-1].startswith(
        "train runs with rate=0.5 "
    )
    assert tune("--source", "none", "--use", "rate=0.3")[-1].startswith(
        "train runs with rate=0.3 "
    )
    with pytest.raises(SpaceFault, match="'rate' is 7, which is not among"):
        tune("--source", "none", "--use", "rate=7")
    with pytest.raises(UsageFailed, match="--worth -1: a number above 0 is needed"):
        tune("--source", "none", "--worth", "-1")
    with pytest.raises(UsageFailed, match="write best, default, the number of a row"):
        tune("--source", "none", "--use", "fast")
    with pytest.raises(UsageFailed, match="nothing is known of such a setting"):
        tune("--source", "none", "--use", "99")


def test_who_cannot_foretell_says_why(tune: Tuner) -> None:
    with pytest.raises(PredictionFailed, match="no past runs set anything like rate"):
        tune("--source", "past-runs")


def test_what_is_to_be_known_of_many_rows_is_said_once(tmp_path: Path) -> None:
    session = Session(root=tmp_path)
    tuning = Tuning(session, learning())
    tuning.predicted = (
        replace(foretold(0.8, 0.9), warnings=("of both",)),
        replace(foretold(0.5, 0.7), warnings=("of both", "of one")),
    )
    assert list(table_lines(tuning))[-2:] == ["all: of both", "2: of one"]
    session.store.close()
