"""Foreign templates that are no template of the manifest: a whole spec, a reference.

A task that runs a template of another manifest, or one written in the task itself, names
it there. A manifest whose spec could not be said otherwise is one such template, and so
is a manifest that runs all of another by its name.
"""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.engines.argo.extras import ENGINE, SPEC
from couler_jupyter.engines.argo.structure.book import Object
from couler_jupyter.engines.argo.whole.bindings import REFERENCE
from couler_jupyter.ir import Argument, Foreign, ParameterRef, Step, Workflow

IN_TASK = frozenset({"templateRef", "inline"})
"""Kinds of foreign templates that stand in the task."""
WHOLE = frozenset({SPEC, REFERENCE})
"""Kinds of foreign templates that are the whole spec."""
_OF_RUN = frozenset({"entrypoint", "onExit", "templates"})
_PLACES = {
    "CronWorkflow": ("spec", "workflowSpec"),
    "WorkflowEventBinding": ("spec", "submit"),
}


def in_task(step: Step) -> Object | None:
    """Return what a task says instead of the name of a template, or None."""
    template = step.template
    if isinstance(template, Foreign) and template.kind in IN_TASK:
        body: Object = template.body.value
        if body.keys() == {template.kind}:
            return body
    return None


def with_own_spec(manifest: Object, workflow: Workflow) -> Object:
    """Return a manifest with the spec that the one step of a workflow holds, if it does."""
    if len(workflow.steps) != 1 or workflow.exit_handlers:
        return manifest
    template = workflow.steps[0].template
    if not isinstance(template, Foreign) or template.engine != ENGINE:
        return manifest
    if template.kind == SPEC:
        return {**manifest, "spec": template.body.value}
    if template.kind == REFERENCE:
        outer, *inner = _PLACES.get(manifest["kind"], ("spec",))
        return {**manifest, outer: _referring(manifest[outer], inner, template)}
    return manifest


def _referring(spec: Object, inner: list[str], template: Foreign) -> Object:
    if inner:
        return {**spec, inner[0]: _referring(spec[inner[0]], inner[1:], template)}
    rest = {key: value for key, value in spec.items() if key not in _OF_RUN}
    return {**template.body.value, **rest}


def own_faults(workflow: Workflow, *, outermost: bool) -> Iterator[tuple[str, str]]:
    """Yield steps that are a whole spec where none can stand, and why."""
    handlers = tuple(one.step for one in workflow.exit_handlers)
    steps = (*workflow.steps, *handlers)
    for step in steps:
        template = step.template
        if not isinstance(template, Foreign) or template.kind not in WHOLE:
            continue
        if not outermost or len(steps) > 1:
            what = f"a foreign template of kind {template.kind} is all that a run is"
            where = "it must be the one step of the outermost workflow"
            yield step.name, f"{what}; {where}"
        elif template.kind == REFERENCE:
            yield from ((step.name, what) for what in _reference_faults(step, workflow))


def _reference_faults(step: Step, workflow: Workflow) -> Iterator[str]:
    template = step.template
    body = template.body.value if isinstance(template, Foreign) else {}
    if body.keys() != {REFERENCE} or not isinstance(body[REFERENCE], dict):
        yield f"its body must be {{{REFERENCE!r}: {{'name': ...}}}}"
    said = [
        name
        for name in ("when", "loop", "repeat", "retry", "timeout", "cache", "daemon")
        if getattr(step, name)
    ]
    said += ["extras"] if step.extras else []
    if said:
        yield f"it runs all of a template as it is; it cannot have {', '.join(said)}"
    taken = {one.name for one in workflow.parameters}
    taken |= {one.name for one in workflow.artifacts}
    handed = {one.name for one in step.arguments if _is_handed_on(one)}
    if handed != taken or len(step.arguments) != len(handed):
        yield (
            "it must take exactly the parameters and artifacts of its workflow, each "
            "under its own name"
        )


def _is_handed_on(one: Argument) -> bool:
    value = one.value
    return isinstance(value, ParameterRef) and value.name == one.name
