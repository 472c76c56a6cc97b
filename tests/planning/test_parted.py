"""Parts in a plan: how big they are, what they wait for, and what is as it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from couler_jupyter.engines import Engine
from couler_jupyter.engines.base import Gap
from couler_jupyter.ir import (
    Document,
    Feature,
    Limit,
    Measured,
    PartMode,
    Parts,
    Phase,
    Workflow,
    to_json,
)
from couler_jupyter.passes import Context, parse_passes
from couler_jupyter.passes.split import Split
from couler_jupyter.planning import Plan, facts_for, make_plan
from couler_jupyter.planning.parted import last_parts
from couler_jupyter.runs import RunStore
from couler_jupyter.session import Session
from couler_jupyter.testing.parts import flow, over, sh, step
from tests.planning.histories import remember


class Boxes(Engine):
    """An engine that takes parts, in which each step is 96 bytes."""

    name: ClassVar[str] = "boxes"
    features: ClassVar[frozenset[Feature]] = frozenset(Feature)
    gaps: ClassVar[Mapping[Feature, Gap]] = {}
    limits: ClassVar[tuple[Limit, ...]] = (
        Limit(of="bytes", most=500, reason="boxes are small"),
        Limit(of="lids", most=3, reason="boxes have lids"),
    )

    def emit(self, workflow: Workflow) -> Iterator[Document]:
        yield Document("boxes", to_json(workflow))

    def measure(self, workflow: Workflow) -> Measured:
        steps = dict.fromkeys(workflow.by_name, 96)
        return Measured(total=10 + 96 * len(steps), steps=steps, gate=20, edge=5)

    def part_sizes(self, workflow: Workflow) -> tuple[Mapping[str, int], ...]:
        members = () if workflow.parts is None else workflow.parts.members
        return tuple({"bytes": 10 + 96 * len(one), "lids": 1} for one in members)


def chain(length: int = 12) -> Workflow:
    steps = [step("s0", sh("echo 0"))]
    for number in range(1, length):
        before = (f"s{number - 1}",)
        steps.append(step(f"s{number}", sh(f"echo {number}"), after=before))
    return flow("chain", *steps)


@pytest.fixture
def plan(session: Session, tmp_path: Path) -> Planner:
    return Planner(session.store, tmp_path)


class Planner:
    """Plans for `Boxes`."""

    def __init__(self, store: RunStore, folder: Path) -> None:
        self.store, self._folder = store, folder

    def __call__(
        self,
        workflow: Workflow,
        passes: str = "split,fit",
        engine: Engine | None = None,
    ) -> Plan:
        engine = engine or Boxes()
        facts = facts_for(
            workflow, engine, self.store, arguments={}, folder=self._folder
        )
        return make_plan(workflow, engine, parse_passes(passes), facts)

    def ran(self, workflow: Workflow, *failed: str, engine: str = "boxes") -> str:
        took = dict.fromkeys((one.name for one in workflow.steps), 1.0)
        good = {name: one for name, one in took.items() if name not in failed}
        return remember(self.store, workflow, good, engine=engine)


def test_what_the_engine_measures_decides_what_a_part_holds(plan: Planner) -> None:
    made = plan(chain())
    assert [one.steps for one in made.parts] == [5, 4, 3]
    sizes = {one.of: (one.amount, one.most) for one in made.parts[0].sizes}
    assert sizes == {
        "bytes": (490, 500),
        "steps": (5, 200),
        "pods": (5, 1000),
        "lids": (1, 3),
    }
    assert [one.number for one in made.parts] == [1, 2, 3]
    assert [one.waits_for for one in made.parts] == [(), (1,), (2,)]
    assert [one.edges for one in made.parts] == [0, 1, 1]
    assert all(not one.since for one in made.parts)


def test_what_did_not_change_since_the_last_run_is_told(plan: Planner) -> None:
    before = plan.ran(plan(chain()).workflow, "s7")
    last = chain()["s11"]
    edited = replace(chain(), steps=(*chain().steps[:-1], replace(last, timeout=9.0)))
    made = plan(edited)
    assert [(one.since, one.done) for one in made.parts] == [
        (before, True),
        (before, False),
        ("", False),
    ]


class Taking(Boxes):
    """Boxes that need not be filled again, but for what is in `ANEW`."""

    ANEW: ClassVar[Mapping[str, str]] = {}

    def made_anew(self, workflow: Workflow) -> Mapping[str, str]:
        return self.ANEW


class TakingSome(Taking):
    ANEW: ClassVar[Mapping[str, str]] = {"s6": "it says cache=False"}


@pytest.mark.parametrize(
    ("engine", "enabled", "expected"),
    [
        (Taking(), True, "parts 1, 2: not handed over again"),
        (TakingSome(), True, "part 1: not handed over again"),
        (Taking(), False, ""),
        (Boxes(), True, ""),
    ],
)
def test_parts_that_need_not_run_are_told_with_their_run(
    plan: Planner,
    monkeypatch: pytest.MonkeyPatch,
    engine: Engine,
    enabled: bool,
    expected: str,
) -> None:
    before = plan.ran(plan(chain()).workflow)
    monkeypatch.setenv("COULER_CACHE", "on" if enabled else "off")
    last = chain()["s11"]
    edited = replace(chain(), steps=(*chain().steps[:-1], replace(last, timeout=9.0)))
    made = plan(edited, engine=engine)
    told = [one for one in made.notes if "handed over" in one]
    assert len(told) == bool(expected)
    assert all(one.startswith(expected) and before in one for one in told)
    rows = {one.step: one.why for one in made.rows}
    assert (before in rows["s0"]) == bool(expected)
    assert before not in rows["s11"]


def test_a_part_behind_one_that_was_not_done_runs(plan: Planner) -> None:
    plan.ran(plan(chain()).workflow, "s2")
    made = plan(chain(), engine=Taking())
    assert [one.done for one in made.parts] == [False, True, True]
    assert not any("handed over" in one for one in made.notes)


def test_an_edited_workflow_keeps_its_parts(plan: Planner) -> None:
    """Cut anew, the first part would be the fullest."""
    cut = plan(chain()).workflow
    assert cut.parts is not None
    odd = Parts(
        members=(
            ("s0", "s1", "s2", "s3"),
            ("s4", "s5", "s6", "s7"),
            ("s8", "s9", "s10", "s11"),
        )
    )
    plan.ran(replace(cut, parts=odd))
    again = plan(chain())
    assert again.workflow.parts is not None
    assert again.workflow.parts.members == odd.members
    assert all(one.done for one in again.parts)


def test_how_it_was_cut_is_that_of_the_latest_run_on_that_engine(
    session: Session,
) -> None:
    whole = chain(4)
    first = replace(whole, parts=Parts(members=(("s0", "s1"), ("s2", "s3"))))
    second = replace(
        whole,
        parts=Parts(
            members=(("s0",), ("s1", "s2", "s3")), mode=PartMode.BARRIER, live=3
        ),
    )
    assert last_parts("chain", "boxes", session.store) is None
    for one, engine in ((first, "boxes"), (second, "boxes"), (first, "local")):
        remember(session.store, one, {"s0": 1.0}, engine=engine)
    remember(session.store, whole, {"s0": 1.0}, engine="boxes", phase=Phase.FAILED)
    found = last_parts("chain", "boxes", session.store)
    assert found is not None
    assert found.parts == second.parts
    assert found.done == {0}


def test_pods_of_a_part_count_the_items_of_its_maps(plan: Planner) -> None:
    mapped = replace(
        chain(), steps=(*chain().steps, step("m", sh("echo"), loop=over(1, 2, 3)))
    )
    made = plan(mapped)
    pods = [
        size.amount for one in made.parts for size in one.sizes if size.of == "pods"
    ]
    assert sum(one or 0 for one in pods) == 12 + 3


class Roomy(Boxes):
    """The same with room for any text, which counts how often it is asked."""

    name: ClassVar[str] = "roomy"
    limits: ClassVar[tuple[Limit, ...]] = ()

    def __init__(self, each: int) -> None:
        self.each, self.measured = each, 0

    def measure(self, workflow: Workflow) -> Measured:
        self.measured += 1
        steps = dict.fromkeys(workflow.by_name, self.each)
        return Measured(total=self.each * len(steps), steps=steps)

    def part_sizes(self, workflow: Workflow) -> tuple[Mapping[str, int], ...]:
        members = () if workflow.parts is None else workflow.parts.members
        return tuple({"bytes": self.each * len(one)} for one in members)


@pytest.mark.parametrize(("each", "measured"), [(1_000, 0), (200_000, 1)])
def test_bytes_are_measured_only_where_the_parts_do_not_hold_what_was_guessed(
    each: int, measured: int
) -> None:
    engine = Roomy(each)
    context = Context(engine=engine, measure=engine.measure)
    made = Split(max_steps=5).run(chain(), context).workflow
    assert engine.measured == measured
    assert made.parts is not None
    assert all(len(one) <= 5 for one in made.parts.members)
    assert all(one["bytes"] <= 900_000 for one in engine.part_sizes(made))
