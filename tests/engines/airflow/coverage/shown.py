"""Which parameter of Airflow's is set by what of a workflow, and what shows that it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from couler_jupyter.ir import Constant, Extra, Json, Step, Workflow
from couler_jupyter.testing.parts import flow, sh, step

Told = Callable[[Any], object]
"""Reads something out of what the probe told of a DAG."""
EXTRA = "an extra"


class Where(StrEnum):
    """Where the difference is seen."""

    RUN = "a run"
    SCHEDULER = "what the scheduler does"
    SERVER = "the DAG as the server has it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A parameter that two workflows set differently.

    Attributes:
        owner: `DAG` or `BaseOperator`.
        name: of the parameter.
        by: the word of a workflow that sets it.
        made: a workflow with that word; plain: one without.
        where: what is looked at; asks: what the probe is told to do for that.
        reads: what is looked at; then: what it is in a DAG with the word. Without it,
            it is something else.
    """

    owner: str
    name: str
    by: str
    made: Workflow
    plain: Workflow
    where: Where
    asks: Mapping[str, Any]
    reads: Told
    then: object

    @property
    def pair(self) -> tuple[Workflow, Workflow]:
        """The workflow without and the one with the word, each with a name of its own."""
        name = f"{self.owner}-{self.name}"
        made = self.made if self.name == "dag_id" else _named(self.made, f"{name}-with")
        return _named(self.plain, f"{name}-without"), made


def _named(workflow: Workflow, name: str) -> Workflow:
    return replace(workflow, name=name)


NOTHING: Mapping[str, Any] = MappingProxyType({})
PLAIN = flow("plain", step("a", sh("echo hi")))
FAILING = flow("failing", step("a", sh("exit 1")))


def alone(**words: Any) -> Workflow:
    """Return a workflow of one step with these words."""
    return flow("alone", step("a", sh("echo hi"), **words))


def extra(path: str, value: Json) -> tuple[Extra, ...]:
    """Return a word of Airflow's own."""
    return (Extra(engine="airflow", path=path, value=Constant.of(value)),)


def of_dag(
    name: str,
    value: Json,
    reads: Told,
    then: object,
    *,
    on: Workflow = PLAIN,
    where: Where = Where.SERVER,
    asks: Mapping[str, Any] = NOTHING,
) -> Shown:
    """Return how an extra of a workflow shows."""
    word = extra(f"dag.{name}", value)
    return Shown(
        owner="DAG",
        name=name,
        by=EXTRA,
        made=replace(on, extras=(*on.extras, *word)),
        plain=on,
        where=where,
        asks=asks,
        reads=reads,
        then=then,
    )


def of_task(
    name: str,
    value: Json,
    reads: Told,
    then: object,
    *,
    on: Workflow = PLAIN,
    task: str = "a",
    where: Where = Where.SERVER,
    asks: Mapping[str, Any] = NOTHING,
) -> Shown:
    """Return how an extra of a step shows."""
    word = extra(f"task.{name}", value)

    def worded(one: Step) -> Step:
        return replace(one, extras=(*one.extras, *word)) if one.name == task else one

    return Shown(
        owner="BaseOperator",
        name=name,
        by=EXTRA,
        made=replace(on, steps=tuple(map(worded, on.steps))),
        plain=on,
        where=where,
        asks=asks,
        reads=reads,
        then=then,
    )


def of_word(
    owner: str,
    name: str,
    by: str,
    made: Workflow,
    reads: Told,
    then: object,
    *,
    plain: Workflow = PLAIN,
    where: Where = Where.SERVER,
    asks: Mapping[str, Any] = NOTHING,
) -> Shown:
    """Return how a word of the workflow's own shows."""
    return Shown(
        owner=owner,
        name=name,
        by=by,
        made=made,
        plain=plain,
        where=where,
        asks=asks,
        reads=reads,
        then=then,
    )
