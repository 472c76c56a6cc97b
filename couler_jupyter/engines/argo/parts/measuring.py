"""How many bytes of a manifest each step brings, told from what is really emitted.

All steps are written as tasks of one template, however many they are, and as if all that
can go from part to part did. So parts of so many bytes are not bigger when they are made.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from couler_jupyter.engines.argo.built import Setting, around_of
from couler_jupyter.engines.argo.names import task_name
from couler_jupyter.engines.argo.parts.annotations import annotations_of
from couler_jupyter.engines.argo.parts.children import Child, Gate, Overview
from couler_jupyter.engines.argo.parts.dressing import bounded
from couler_jupyter.engines.argo.parts.gating import gate_step
from couler_jupyter.engines.argo.parts.pieces import ALWAYS, Names, asked_of_run
from couler_jupyter.engines.argo.parts.places import Places, with_places
from couler_jupyter.engines.argo.scripts.moving import json_text, size_of
from couler_jupyter.engines.argo.structure.book import (
    Book,
    Object,
    templates_used,
)
from couler_jupyter.engines.argo.structure.building import Building
from couler_jupyter.engines.argo.structure.crossing import Crossing
from couler_jupyter.engines.argo.structure.dag import Dag
from couler_jupyter.engines.argo.structure.root import Root
from couler_jupyter.engines.argo.templates import Around, leaf_fields
from couler_jupyter.engines.argo.whole import VolumeNames, document
from couler_jupyter.ir import (
    InputParameter,
    Measured,
    OutputRef,
    PartMode,
    RunField,
    Step,
    StepField,
    Suspend,
    ValueType,
    Workflow,
)
from couler_jupyter.ir.given import given_by_output

_MANY = 10_000
"""A number of parts, and of steps, that is as long as any."""
_LONGER = 96
"""Bytes that an artifact's place can have beyond where it is taken from in its part."""
_FEWER = 110
"""Bytes of a task where a part is so big that it has groups, beside its own."""


def measured(workflow: Workflow, setting: Setting) -> Measured:
    """Return the bytes that the steps of a workflow bring; it has no parts yet.

    Args:
        workflow: the workflow; its exit handlers count for none of its parts.
        setting: what it is compiled for.
    """
    told = Names.beside(workflow).told(ALWAYS)
    run = told[RunField.RUN]
    workflow, kept = _as_if_far(_with_parameters(workflow, told.values()), run)
    volumes = VolumeNames(workflow)
    around = around_of(workflow, setting, volumes)
    crossing = Crossing(run=run, told=told, kept=kept)
    building = Building(Root.of(workflow, crossing), around, volumes)
    dag = Dag(workflow, building, outermost=True, flat=True)
    tasks = dag.tasks_in(dag.scope, [*workflow.steps])
    rest = document(
        workflow,
        workflow.name,
        ({"name": workflow.name, "dag": {**dag.fast(), "tasks": []}},),
        "",
        dag.text,
        volumes=volumes,
        repository=around.repository,
        runner=around.runner,
    )
    own, shared = _by_step(workflow, tasks, building.book, run)
    return Measured(
        total=_size(rest) + _noted(workflow, told) + shared + sum(own.values()),
        steps=own,
        edge=_edge(workflow, around),
    )


def _with_parameters(workflow: Workflow, names: Iterable[str]) -> Workflow:
    more = (InputParameter(name=one, type=ValueType.STRING) for one in names)
    return replace(workflow, parameters=(*workflow.parameters, *more), parts=None)


def _as_if_far(
    workflow: Workflow, run: str
) -> tuple[Workflow, Mapping[str, frozenset[str]]]:
    """Return a workflow, and which outputs it keeps, as if all that is used went far."""
    places = Places(workflow, run)
    used: dict[str, set[str]] = {}
    for step in workflow.steps:
        for ref in step.references():
            if isinstance(ref, OutputRef):
                used.setdefault(ref.step, set()).add(ref.name)
                maker = workflow.by_name[ref.step]
                if given_by_output(maker, ref.name) == "artifact":
                    places.of(ref)
    if places.inside:
        steps = tuple(
            with_places(one, places.inside.get(one.name, {})) for one in workflow.steps
        )
        workflow = replace(workflow, steps=steps)
    return workflow, {name: frozenset(outputs) for name, outputs in used.items()}


def _by_step(
    workflow: Workflow, tasks: list[Object], book: Book, run: str
) -> tuple[dict[str, int], int]:
    """Return the bytes of each step, and those of what several steps share."""
    is_bounded = workflow.parallelism is not None
    sizes = {
        name: _size(bounded(book[name], run) if is_bounded else book[name])
        for name in book.names()
    }
    reached = _Reached(book)
    uses = [reached.by(_templates_of(task)) for task in tasks[: len(workflow.steps)]]
    alone = Counter(name for names in uses for name in names)
    own: dict[str, int] = {}
    for step, task, names in zip(workflow.steps, tasks, uses, strict=False):
        only = sum(sizes.pop(name) for name in names if alone[name] == 1)
        named = len(json.dumps(json.dumps(step.name)))
        places = sum(_LONGER for one in _artifacts(task) if "from" in one)
        own[step.name] = _size(task) + only + named + places + _FEWER
    return own, sum(sizes.values())


class _Reached:
    """Which templates are run where others are."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._known: dict[str, frozenset[str]] = {}

    def by(self, names: Iterable[str]) -> frozenset[str]:
        """Return the templates with these names, and all that they run."""
        return frozenset[str]().union(*map(self._from, names))

    def _from(self, name: str) -> frozenset[str]:
        if name not in self._known:
            self._known[name] = frozenset((name,))  # one may run itself
            inner = templates_used(self._book[name])
            self._known[name] |= self.by(one for one in inner if one != name)
        return self._known[name]


def _templates_of(task: Object) -> list[str]:
    return [*templates_used({"dag": {"tasks": [task]}})]


def _artifacts(task: Object) -> Iterable[Object]:
    found: Iterable[Object] = (task.get("arguments") or {}).get("artifacts") or ()
    return found


def _noted(workflow: Workflow, told: Mapping[RunField, str]) -> int:
    """Return the bytes of labels and annotations that every child has."""
    child = Child(
        part=_MANY,
        steps=(),
        waits_for=(),
        asked=asked_of_run(told, ALWAYS),
        digest="0" * 32,
    )
    overview = Overview(
        mode=PartMode.BARRIER,
        live=_MANY,
        number=_MANY,
        at_end=True,
        fail_fast=True,
        timeout=workflow.timeout,
        parallelism=workflow.parallelism,
        ttl={"secondsAfterCompletion": _MANY},
    )
    return _size(annotations_of(child, overview)) + 2 * _FEWER


def _edge(workflow: Workflow, around: Around) -> int:
    """Return the bytes of the largest gate that a part could need."""
    outputs: dict[str, dict[str, None]] = {}
    facts: dict[str, dict[StepField, None]] = {}
    waited: dict[str, None] = {}
    for step in workflow.steps:
        waited |= dict.fromkeys(workflow.dependencies[step.name])
        for ref in step.references():
            if isinstance(ref, OutputRef):
                outputs.setdefault(ref.step, {})[ref.name] = None
            else:
                facts.setdefault(ref.step, {})[ref.field] = None
    makers = (workflow.by_name[name] for name in waited)
    return max(
        (
            _gate(maker, outputs.get(maker.name, ()), facts.get(maker.name, ()), around)
            for maker in makers
        ),
        default=0,
    )


def _gate(
    maker: Step, outputs: Iterable[str], facts: Iterable[StepField], around: Around
) -> int:
    """Return the bytes of a gate: its task, its template, and what is noted of it."""
    step, told = gate_step(maker, outputs, facts)
    assert isinstance(step.template, Suspend)
    body = leaf_fields(step.template, str, around)
    name = task_name(maker.name)
    gate = Gate(
        task=name, steps=(maker.name,), part=_MANY, outputs=tuple(outputs), facts=told
    )
    noted = annotations_of(
        Child(part=1, steps=(), gates=(gate,)),
        Overview(mode=PartMode.WINDOW, live=1, number=1),
    )
    bare = annotations_of(
        Child(part=1, steps=()), Overview(mode=PartMode.WINDOW, live=1, number=1)
    )
    task = {"name": name, "template": f"gate-{_MANY}"}
    template = {"name": f"gate-{_MANY}", **body}
    return _size(task) + _size(template) + _size(noted) - _size(bare) + 2


def _size(thing: object) -> int:
    return size_of(json_text(thing)) + 1  # and a comma
