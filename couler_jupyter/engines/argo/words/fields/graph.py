"""Tasks of a DAG, steps, and what hangs on them, as Argo writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict

from couler_jupyter.engines.argo.words.fields.parameters import Arguments
from couler_jupyter.ir import Json

if TYPE_CHECKING:
    from couler_jupyter.engines.argo.words.fields.template import Template


class DAGTemplate(TypedDict, total=False):
    """Tasks and what waits for what."""

    failFast: bool
    target: str
    tasks: Sequence[DAGTask]


class DAGTask(TypedDict, total=False):
    """One task of a DAG."""

    arguments: Arguments
    continueOn: ContinueOn
    dependencies: Sequence[str]
    depends: str
    hooks: Mapping[str, LifecycleHook]
    inline: Template
    name: str
    template: str
    templateRef: TemplateRef
    when: str
    withItems: Sequence[Json]
    withParam: str
    withSequence: WithSequence


class WorkflowStep(TypedDict, total=False):
    """One step of a group of steps."""

    arguments: Arguments
    continueOn: ContinueOn
    hooks: Mapping[str, LifecycleHook]
    inline: Template
    name: str
    template: str
    templateRef: TemplateRef
    when: str
    withItems: Sequence[Json]
    withParam: str
    withSequence: WithSequence


class TemplateRef(TypedDict, total=False):
    """A template that stands in another object of the cluster."""

    clusterScope: bool
    name: str
    template: str


class LifecycleHook(TypedDict, total=False):
    """What runs when an expression holds of a step or a workflow."""

    arguments: Arguments
    expression: str
    template: str
    templateRef: TemplateRef


class ContinueOn(TypedDict, total=False):
    """Which bad ends do not end the whole."""

    error: bool
    failed: bool


class WithSequence(TypedDict, total=False):
    """Whole numbers to go through."""

    count: str | int
    end: str | int
    format: str
    start: str | int
