"""What an engine elsewhere is handed: what the passes made of the workflow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

import pytest

from couler_jupyter.engines import Engine, Gap
from couler_jupyter.ir import (
    Boxed,
    Cache,
    Document,
    Feature,
    Json,
    OutputRef,
    Phase,
    Run,
    Workflow,
    to_json,
)
from couler_jupyter.session import Session
from couler_jupyter.testing.parts import flow, python, step
from tests.planning.histories import remember

LOAD = python("def load(n): return n")
FIT = python("def fit(data): return data + 1")
MIB = 2**20


class Elsewhere(Engine):
    """Takes workflows, and keeps the last one."""

    name: ClassVar[str] = "elsewhere"
    features: ClassVar[frozenset[Feature]] = frozenset(Feature)
    gaps: ClassVar[Mapping[Feature, Gap]] = {}

    def __init__(self, session: Session) -> None:
        self._store = session.store
        self.taken: list[Workflow] = []

    def emit(self, workflow: Workflow) -> Iterable[Document]:
        yield Document("workflow.json", to_json(workflow))

    def submit(
        self,
        workflow: Workflow,
        *,
        arguments: Mapping[str, Json],
        options: Mapping[str, Json],
    ) -> Run:
        self.taken.append(workflow)
        made = self._store.create(
            workflow=workflow.name, engine=self.name, document=to_json(workflow)
        )
        return Run(self.name, made.id)

    def status(self, run: Run) -> Mapping[str, Phase]:
        return {"": Phase.PENDING}

    def outputs(self, run: Run) -> Mapping[str, Mapping[str, object]]:
        return {}

    def cancel(self, run: Run) -> None: ...

    def retry(self, run: Run) -> Run:
        return run

    def resume(self, run: Run, step: str, outputs: Mapping[str, Json]) -> None: ...


@pytest.fixture
def engine(session: Session, monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    made = Elsewhere(session)
    monkeypatch.setattr(session, "engine_named", lambda name="": made)
    return made


def twice() -> Workflow:
    return flow(
        "twice",
        step("left", LOAD, takes={"n": 1}, cache=Cache()),
        step("right", LOAD, takes={"n": 1}, cache=Cache()),
        step("fit", FIT, takes={"data": OutputRef("right")}),
        step("aside", FIT, takes={"data": 1}),
    )


def test_it_is_handed_the_planned_workflow(session: Session, engine: Elsewhere) -> None:
    session.submit(twice(), targets=("fit", "left"))
    (taken,) = engine.taken
    assert taken.order == ("left", "fit")
    assert taken == session.plan(twice(), targets=("fit", "left")).workflow


def test_it_asks_for_what_earlier_runs_needed(
    session: Session, engine: Elsewhere
) -> None:
    remember(session.store, twice(), {"fit": 1.0}, engine="elsewhere", peak=300 * MIB)
    session.submit(twice())
    template = engine.taken[0]["fit"].template
    assert isinstance(template, Boxed)
    assert template.resources.memory == 464 * MIB


def test_without_passes_it_is_handed_the_same(
    session: Session, engine: Elsewhere
) -> None:
    session.passes = "none"
    workflow = twice()
    session.submit(workflow)
    assert engine.taken == [workflow]
    assert engine.taken[0] is workflow
