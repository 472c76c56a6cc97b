"""Which steps of a run are run whatever earlier runs left, and why.

A part is one thing: what holds for one of its steps holds for all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from couler_jupyter.fingerprint import never_reused
from couler_jupyter.ir import (
    Inline,
    InputArtifact,
    ParameterRef,
    RunRef,
    Step,
    Storage,
    SubWorkflow,
    Workflow,
    leaves_in,
    places_in,
)
from couler_jupyter.ir.template import inputs_of

_ELSEWHERE = "lies elsewhere and may have changed; write cache=True to trust it"


def made_anew(
    workflow: Workflow, *, refresh: Collection[str], given: Collection[str]
) -> Mapping[str, str]:
    """Return why steps are run in any case, by the names of the outermost ones.

    Args:
        workflow: as it was asked for.
        refresh: names or paths of steps that were asked to be run.
        given: names of the inputs that the run is given.
    """
    found: dict[str, str] = {}
    for one, path in places_in(workflow):
        if isinstance(one, Step):
            for why in _reasons(one, path, refresh):
                found.setdefault(_head(path), why)
    late = {
        one.name
        for one in workflow.artifacts
        if one.name not in given and _may_change(one.default)
    }
    for leaf, path in leaves_in(workflow):
        if isinstance(leaf, RunRef):
            found.setdefault(_head(path), f"it uses the run's {leaf.field}")
        elif isinstance(leaf, ParameterRef) and leaf.name in late and "/" not in path:
            found.setdefault(_head(path), f"input {leaf.name!r} {_ELSEWHERE}")
    return found


def _reasons(step: Step, path: str, refresh: Collection[str]) -> Iterator[str]:
    if step.name in refresh or path in refresh:
        yield "it is to be made anew"
    is_leaf = not isinstance(step.template, SubWorkflow)
    if (is_leaf or _refuses(step)) and (why := never_reused(step)):
        yield why
    if step.cache is not None and step.cache.enabled:
        return
    passed = {one.name: one.value for one in step.arguments}
    usual = {
        one.name: one.default
        for one in inputs_of(step.template)
        if isinstance(one, InputArtifact)
    }
    for name, value in {**usual, **passed}.items():
        if _may_change(value):
            yield f"input {name!r} {_ELSEWHERE}"


def _refuses(step: Step) -> bool:
    return step.daemon or (step.cache is not None and not step.cache.enabled)


def _may_change(value: object) -> bool:
    return isinstance(value, Storage) and not isinstance(value, Inline)


def _head(path: str) -> str:
    return path.partition("/")[0]
