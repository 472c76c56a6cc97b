"""Where a workflow uses which feature."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never, cast, get_args

from couler_jupyter.ir.artifact import Storage
from couler_jupyter.ir.condition import Condition, Ended, Outcome, atoms
from couler_jupyter.ir.features import Feature
from couler_jupyter.ir.given import given_by_output
from couler_jupyter.ir.loop import Items, Over, Range
from couler_jupyter.ir.reliability import RetryPolicy
from couler_jupyter.ir.step import Extra, Step, condition_values
from couler_jupyter.ir.template import (
    SubWorkflow,
)
from couler_jupyter.ir.template_uses import (
    input_artifact_uses,
    pod_uses,
    storage_uses,
    template_uses,
    value_uses,
    volume_use,
)
from couler_jupyter.ir.value import (
    ItemRef,
    Leaf,
    OutputRef,
    Raw,
    leaves,
)
from couler_jupyter.ir.workflow import Workflow

_NAME = frozenset({str})
_STORAGES = frozenset(get_args(Storage))


def features_of(workflow: Workflow) -> frozenset[Feature]:
    """Return every feature that `workflow` uses, its sub-workflows included."""
    return frozenset(feature for feature, _ in uses_of(workflow))


def uses_of(workflow: Workflow) -> Iterator[tuple[Feature, str]]:
    """Yield every use of a feature with the step it is in; empty for the workflow.

    Steps of sub-workflows are told by their path, as `tune/fit`. A template that
    many steps share is told for each of them.
    """
    shared: dict[int, tuple[Feature, ...]] = {}
    for feature in _workflow_uses(workflow):
        yield feature, ""
    for step in workflow.steps:
        yield from _uses_of_step(step, workflow, shared)
    for handler in workflow.exit_handlers:
        yield Feature.EXIT_HANDLER, handler.step.name
        if handler.on:
            yield Feature.EXIT_HANDLER_STATUS, handler.step.name
        if handler.step.data_dependencies:
            yield Feature.EXIT_HANDLER_OUTPUT, handler.step.name
        yield from _uses_of_step(handler.step, workflow, shared)


def _uses_of_step(
    step: Step, workflow: Workflow, shared: dict[int, tuple[Feature, ...]]
) -> Iterator[tuple[Feature, str]]:
    for feature in _step_uses(step, workflow):
        yield feature, step.name
    known = shared.get(id(step.template))
    if known is None:
        known = shared[id(step.template)] = tuple(template_uses(step.template))
    for feature in known:
        yield feature, step.name
    if isinstance(step.template, SubWorkflow):
        for feature, inner in uses_of(step.template.workflow):
            yield feature, f"{step.name}/{inner}" if inner else step.name


def _workflow_uses(workflow: Workflow) -> Iterator[Feature]:
    asked: tuple[tuple[object, Feature], ...] = (
        (workflow.parameters, Feature.WORKFLOW_PARAMETER),
        (workflow.artifacts, Feature.WORKFLOW_ARTIFACT),
        (workflow.outputs, Feature.WORKFLOW_OUTPUT),
        (workflow.parallelism, Feature.PARALLELISM),
        (workflow.fail_fast, Feature.FAIL_FAST),
        (workflow.timeout, Feature.WORKFLOW_TIMEOUT),
        (workflow.priority is not None, Feature.PRIORITY),
        (workflow.labels or workflow.annotations, Feature.LABELS),
        (workflow.schedule, Feature.SCHEDULE),
        (workflow.ttl, Feature.TTL),
        (workflow.parts, Feature.PARTS),
    )
    yield from (feature for there, feature in asked if there)
    for artifact in workflow.artifacts:
        yield from input_artifact_uses(artifact)
    for output in workflow.outputs:
        if output.global_name:
            yield Feature.GLOBAL_OUTPUT
        yield from value_uses(output.value)
        for leaf in leaves(output.value):
            yield from _fan_in_uses(leaf, workflow)
    yield from pod_uses(workflow.pod)
    for volume in workflow.volumes:
        yield volume_use(volume.source)
    yield from _extra_uses(workflow.extras)


def _step_uses(step: Step, workflow: Workflow) -> Iterator[Feature]:
    yield from _flag_uses(step)
    if step.loop:
        yield from _loop_uses(step)
    if step.retry:
        yield from _retry_uses(step)
    for one in () if _NAME.issuperset(map(type, step.after)) else step.after:
        if not isinstance(one, str):
            yield Feature.AFTER_PHASES
            yield from _outcome_uses(one)
    for argument in step.arguments:
        if type(argument.value) in _STORAGES:
            yield from storage_uses(cast("Storage", argument.value))
    for value in step.values():
        if isinstance(value, OutputRef):
            yield from _fan_in_uses(value, workflow)
            continue
        yield from value_uses(value)
        for leaf in leaves(value):
            yield from _fan_in_uses(leaf, workflow)
    for condition in step.conditions():
        if any(isinstance(atom, Raw) for atom in atoms(condition)):
            yield Feature.RAW
    yield from _extra_uses(step.extras)


def _flag_uses(step: Step) -> Iterator[Feature]:
    if step.when:
        yield Feature.WHEN
    if step.repeat:
        yield Feature.REPEAT
    if step.timeout:
        yield Feature.TIMEOUT
    if step.cache:
        yield Feature.CACHE
    if step.daemon:
        yield Feature.DAEMON
    if step.tune:
        yield Feature.TUNE


def _fan_in_uses(leaf: Leaf, workflow: Workflow) -> Iterator[Feature]:
    if not isinstance(leaf, OutputRef):
        return
    maker = workflow.by_name.get(leaf.step)
    if maker is not None and maker.loop is not None:
        yield Feature.MAP_FAN_IN
        if given_by_output(maker, leaf.name) == "artifact":
            yield Feature.MAP_ARTIFACT_FAN_IN


def _loop_uses(step: Step) -> Iterator[Feature]:
    if step.loop is None:
        return
    match step.loop.over:
        case Items():
            yield Feature.MAP_ITEMS
        case Range():
            yield Feature.MAP_RANGE
        case Over():
            yield Feature.MAP_OUTPUT
        case _ as never:
            assert_never(never)
    if step.loop.parallelism is not None:
        yield Feature.MAP_PARALLELISM
    if _holds_map(step):
        yield Feature.MAP_NESTED
    if step.when is not None and any(
        isinstance(leaf, ItemRef)
        for value in condition_values(step.when)
        for leaf in leaves(value)
    ):
        yield Feature.WHEN_PER_ITEM


def _holds_map(step: Step) -> bool:
    if not isinstance(step.template, SubWorkflow):
        return False
    inside = step.template.workflow.steps
    return any(one.loop is not None or _holds_map(one) for one in inside)


def _retry_uses(step: Step) -> Iterator[Feature]:
    if step.retry is None:
        return
    yield Feature.RETRY
    if step.retry.policy is not RetryPolicy.ON_FAILURE:
        yield Feature.RETRY_POLICY
    if step.retry.backoff is not None:
        yield Feature.RETRY_BACKOFF
    if step.retry.when is not None:
        yield Feature.RETRY_WHEN


def _outcome_uses(condition: Condition) -> Iterator[Feature]:
    for atom in atoms(condition):
        if isinstance(atom, Ended) and not {
            Outcome.ANY_SUCCEEDED,
            Outcome.ALL_FAILED,
        }.isdisjoint(atom.how):
            yield Feature.AFTER_ITEMS


def _extra_uses(extras: tuple[Extra, ...]) -> Iterator[Feature]:
    if extras:
        yield Feature.EXTRA
