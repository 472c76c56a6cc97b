"""From a step that is to be tuned to the setting that it runs with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

import couler_jupyter as couler
from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Constant, Direction, Setting, Workflow
from couler_jupyter.session import Session
from couler_jupyter.session.tuning import Tuning
from couler_jupyter.tuning.logs import PredictedLog, RealSource
from couler_jupyter.tuning.predicting import Task
from couler_jupyter.tuning.verifying import Candidate, Cost, Next, Why
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
SPACE = couler.Space.of(
    {"rate": couler.Float(low=0.1, high=1.0, step=0.1, default=0.5)}
)


@couler.step
def train(rate: float, epochs: int = 32) -> float:
    """Learn nothing; the best rate is 0.8, and 1.0 fails."""
    for unit in range(1, epochs + 1):
        metric = 0.9 - abs(rate - 0.8) - 0.3 / unit
        couler.report(unit, metric=metric)
    if rate == 1.0:
        raise ValueError("burst")
    return rate


TUNED = couler.tune(train, SPACE, data_card=DATA, model_card=MODEL, budget="epochs")


class Known:
    """Foretells what it was made with."""

    name: ClassVar[str] = "past-runs"

    def predict(self, task: Task, settings: object) -> tuple[PredictedLog, ...]:
        assert task.space == SPACE
        return tuple(
            foretold(rate, value)
            for rate, value in ((0.8, 0.9), (0.5, 0.7), (1.0, 0.8), (0.2, 0.1))
        )


def learning() -> Workflow:
    with couler.workflow("learn") as made:
        TUNED()
    workflow: Workflow = made.workflow
    return workflow


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    made = Session(root=tmp_path_factory.mktemp("runs"))
    yield made
    made.store.close()


@pytest.fixture(scope="module")
def tuning(session: Session) -> Tuning:
    """A step that was foretold and tried; all tests share the one run."""
    found = Tuning(session, learning())
    found.predict(Known())
    made = found.verification(top=2, seed=3)
    run = found.start(made).wait(120)
    found.collect(made, run)
    return found


def test_what_was_tried_is_read_and_kept(tuning: Tuning, session: Session) -> None:
    assert tuning.path == "train"
    assert [one.setting["rate"] for one in tuning.tried[:3]] == [0.8, 1.0, 0.5]
    kept = tuning.shelf.real(tuning.task.data, tuning.task.model)
    assert {log.source for log in kept} == {RealSource.SHORT_RUN}
    assert {log.observed_units for log in kept} == {8}
    assert all(log.seconds is not None and log.run for log in kept)
    another = Tuning(session, learning())
    assert [one.units for one in another.outlooks()] == [8] * len(kept)


def test_a_run_that_fails_is_told_and_leaves_nothing(tuning: Tuning) -> None:
    (lost,) = tuning.lost
    assert lost.startswith("rate=1: its run failed")
    one = next(one for one in tuning.outlooks() if one.setting["rate"] == 1.0)
    assert one.units == 0


def test_the_curves_lead_to_the_best(tuning: Tuning) -> None:
    best = tuning.outlooks()[0]
    assert best.setting == Setting.of({"rate": 0.8})
    assert best.source == "curve-extrapolation"
    assert best.value == pytest.approx(0.89, abs=0.02)
    assert tuning.advice().word in {Next.RUN, Next.VERIFY}


def test_a_full_run_costs_its_seconds_or_what_prices_say(
    tuning: Tuning, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prices = tmp_path / "prices.toml"
    monkeypatch.setenv("COULER_PRICES", str(prices))
    plain = tuning.cost
    assert plain is not None
    assert plain.unit == "s"
    assert tuning.advice().reason.endswith(f"a full run costs about {plain}")
    prices.write_text('currency = "USD"\n[local]\ncpu_hour = 7200\n')
    assert tuning.cost == plain  # nobody says how many cores the step takes
    asking = couler.tune(
        train.with_options(cpu=3), SPACE, data_card=DATA, model_card=MODEL
    )
    with couler.workflow("learn") as made:
        asking()
    priced = Tuning(session, made.workflow)
    assert priced.cost == Cost(amount=plain.amount * 6, unit="USD")


def test_what_was_run_is_not_run_again(tuning: Tuning) -> None:
    left = tuning.verification(top=2, seed=3)
    assert [one.candidate.setting["rate"] for one in left.trials] == [1.0]
    longer = tuning.verification(top=2, seed=3, units=9)
    assert len(longer.trials) == len(tuning.tried)


def test_a_setting_that_is_used_is_planned_and_run(
    tuning: Tuning, session: Session
) -> None:
    workflow = learning()
    before = session.plan(workflow)
    assert any("nothing is chosen yet" in note for note in before.notes)
    chosen = tuning.use(Setting.of({"rate": 0.8}))
    assert chosen.usual == Setting.of({"rate": 0.5})
    plan = session.plan(workflow)
    (note,) = (note for note in plan.notes if note.startswith("train: tuned to"))
    assert "rate=0.8, from curve-extrapolation: is foretold to reach accuracy" in note
    assert "not calibrated" in note
    assert "; the default (rate=0.5) 0." in note
    assert "tune" not in note.partition(":")[0]
    prepared = session.prepared(workflow)
    assert prepared["train"].tune is None
    assert prepared["train"].arguments[0].value == Constant.of(0.8)
    assert session.prepared(workflow, passes="none") is workflow
    assert tuning.forget()
    assert session.prepared(workflow)["train"] == workflow["train"]
    assert not tuning.forget()


def test_a_step_in_a_sub_workflow_is_tried_there(session: Session) -> None:
    inner = learning()
    with couler.workflow("outer") as outer:
        couler.run_workflow(inner, step_name="learn")
    found = Tuning(session, outer.workflow)
    assert found.path == "learn/train"
    wanted = [Candidate(setting=Setting.of({"rate": 0.3}), why=Why.RANDOM)]
    made = found.trying(wanted, units=4)
    run = found.start(made).wait(120)
    (log,) = found.collect(made, run)
    assert (log.observed_units, log.setting["rate"]) == (4, 0.3)
    assert not found.lost


def test_what_is_to_be_tuned_must_be_clear(session: Session) -> None:
    with pytest.raises(UsageFailed, match="no step of 'plain' is to be tuned"):
        Tuning(session, _untuned())
    with pytest.raises(UsageFailed, match="'fit' of 'learn' is not to be tuned"):
        Tuning(session, learning(), "fit")
    with couler.workflow("two") as two:
        TUNED()
        TUNED(0.2)
    with pytest.raises(UsageFailed, match="are to be tuned; say which: --step NAME"):
        Tuning(session, two.workflow)


def _untuned() -> Workflow:
    with couler.workflow("plain") as made:
        train(0.5)
    workflow: Workflow = made.workflow
    return workflow
