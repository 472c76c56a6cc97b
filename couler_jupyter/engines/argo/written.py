"""What stands in a manifest for steps that the IR says in its own words.

A step that was read from a reference to another manifest, or from a template that runs
itself, keeps how it was written in the form `written`, and so does a workflow that runs
all of a WorkflowTemplate. It counts as long as the step, or the workflow, still is what
was read: a digest of its meaning stands beside it. Once something was changed, the
words of the IR are what is compiled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from operator import is_
from typing import cast

from couler_jupyter.engines.argo.extras import ENGINE, SPEC, form
from couler_jupyter.engines.argo.merging import Object
from couler_jupyter.engines.argo.structure.ports import is_artifact_output
from couler_jupyter.engines.as_read import digest_of as _digest_of
from couler_jupyter.ir import (
    Argument,
    Constant,
    Extra,
    Foreign,
    FromManifest,
    FromStdout,
    Json,
    Output,
    OutputArtifact,
    OutputParameter,
    Step,
    SubWorkflow,
    TurnRef,
    Workflow,
    inputs_of,
    output_names,
    output_of,
)

FORM = "written"
"""The form of a step or a workflow that says how it was written."""
_OF_METADATA = ("kind", "apiVersion", "metadata")
_ADDED = re.compile(r"spec(?:\.workflowSpec)?\.templates\[(\d+)\]")


def as_written(workflow: Workflow) -> Workflow:
    """Return a workflow with Argo's own words where they still stand for steps."""
    if not _has_form(workflow, set()):
        return workflow
    if spec := _standing(workflow.extras, lambda: digest_of_workflow(workflow)):
        return _of_spec(workflow, spec["spec"])
    lowering = _Lowering()
    made = lowering.workflow(workflow)
    beside = lowering.beside.values()
    return _with_templates(made, beside) if beside else made


def _has_form(workflow: Workflow, seen: set[int]) -> bool:
    """Whether anything says how it was written: asked of every workflow, so quickly."""
    seen.add(id(workflow))
    steps = (*workflow.steps, *(one.step for one in workflow.exit_handlers))
    of_steps = [step.extras for step in steps if step.extras]
    if any(one.path == FORM for some in (workflow.extras, *of_steps) for one in some):
        return True
    inner = [one.template for one in steps if type(one.template) is SubWorkflow]
    return any(
        _has_form(one.workflow, seen) for one in inner if id(one.workflow) not in seen
    )


def written_step(step: Step, kind: str, body: Object, **more: Json) -> Step:
    """Return a step that was written as a template of Argo's own.

    Args:
        step: what it says in words of the IR.
        kind: of the template, as for `Foreign`.
        body: of the template.
        more: `beside`, templates that it needs by the paths where they are inserted;
            `first`, arguments by name that count its turns, as they were given.
    """
    value: Object = {"of": digest_of(step), "kind": kind, "body": body, **more}
    rest = tuple(one for one in step.extras if one.path != FORM)
    return replace(step, extras=(*rest, _extra(value)))


def written_workflow(workflow: Workflow, spec: Object) -> Workflow:
    """Return a workflow that was written as this spec."""
    value = {"of": digest_of_workflow(workflow), "spec": spec}
    return replace(workflow, extras=(*workflow.extras, _extra(value)))


def written_of(step: Step) -> Object | None:
    """Return the body that stands for a step, if one still does."""
    found = _standing(step.extras, lambda: digest_of(step))
    return None if found is None else found["body"]


def spec_written_of(workflow: Workflow) -> Object | None:
    """Return the spec that stands for a workflow, if one still does."""
    found = _standing(workflow.extras, lambda: digest_of_workflow(workflow))
    return None if found is None else found["spec"]


def digest_of(step: Step) -> str:
    """Return a digest of what a step runs and how often, however it is called."""
    own = tuple(
        one for one in step.extras if one.path.removeprefix("-").startswith("template.")
    )
    bare = Step(
        name="",
        template=step.template,
        arguments=tuple(one for one in step.arguments if _is_counted(one)),
        repeat=step.repeat,
        retry=step.retry,
        timeout=step.timeout,
        cache=step.cache,
        daemon=step.daemon,
        tune=step.tune,
        extras=own,
    )
    return _digest_of(Step, bare)


def digest_of_workflow(workflow: Workflow) -> str:
    """Return a digest of all that a workflow says, but for how it was written."""
    rest = tuple(one for one in workflow.extras if one.path != FORM)
    return _digest_of(Workflow, replace(workflow, extras=rest))


def _extra(value: Json) -> Extra:
    return Extra(engine=ENGINE, path=FORM, value=Constant.of(value), ignorable=True)


def _standing(extras: Iterable[Extra], digest: Callable[[], str]) -> Object | None:
    """Return what a form says was written, if it is about the same thing still."""
    found = form(extras, FORM) if extras else None
    if not isinstance(found, dict) or found.get("of") != digest():
        return None
    return cast("Object", found)


def _of_spec(workflow: Workflow, spec: Json) -> Workflow:
    body = Foreign(engine=ENGINE, kind=SPEC, body=Constant.of(spec))
    return Workflow(
        name=workflow.name,
        steps=(Step(name="all", template=body),),
        labels=workflow.labels,
        annotations=workflow.annotations,
        description=workflow.description,
        extras=tuple(
            one
            for one in workflow.extras
            if one.path.removeprefix("-").split(".")[0] in _OF_METADATA
        ),
    )


class _Lowering:
    """Puts Argo's own words where they stand; workflows that are shared stay so.

    Attributes:
        beside: templates that these need, by name.
    """

    def __init__(self) -> None:
        self.beside: dict[str, Extra] = {}
        self._made: dict[int, Workflow] = {}

    def workflow(self, workflow: Workflow) -> Workflow:
        made = self._made.get(id(workflow))
        if made is None:
            made = self._made[id(workflow)] = self._workflow(workflow)
        return made

    def _workflow(self, workflow: Workflow) -> Workflow:
        steps = tuple(map(self._step, workflow.steps))
        handlers = tuple(
            handler
            if (step := self._step(handler.step)) is handler.step
            else replace(handler, step=step)
            for handler in workflow.exit_handlers
        )
        same = all(map(is_, steps, workflow.steps))
        if same and all(map(is_, handlers, workflow.exit_handlers)):
            return workflow
        return replace(workflow, steps=steps, exit_handlers=handlers)

    def _step(self, step: Step) -> Step:
        found = _standing(step.extras, lambda: digest_of(step))
        if found is not None:
            for path, node in (found.get("beside") or {}).items():
                added = _template(path, Constant.of(node))
                self.beside.setdefault(node["name"], added)
            return _foreign(step, found)
        if not isinstance(step.template, SubWorkflow):
            return step
        inner = self.workflow(step.template.workflow)
        if inner is step.template.workflow:
            return step
        return replace(step, template=SubWorkflow(workflow=inner))


def _foreign(step: Step, found: Object) -> Step:
    template = Foreign(
        engine=ENGINE,
        kind=found["kind"],
        body=Constant.of(found["body"]),
        inputs=inputs_of(step.template),
        outputs=tuple(_outputs(step)),
    )
    of_task = (one for one in step.extras if not _is_of_template(one.path))
    return Step(
        name=step.name,
        template=template,
        arguments=tuple(_arguments(step, found.get("first") or {})),
        after=step.after,
        when=step.when,
        loop=step.loop,
        extras=tuple(of_task),
        origin=step.origin,
    )


def _arguments(step: Step, first: Object) -> Iterator[Argument]:
    for one in step.arguments:
        if not _is_counted(one):
            yield one
        elif one.name in first:
            yield Argument(one.name, Constant.of(first[one.name]))


def _is_counted(one: Argument) -> bool:
    return isinstance(one.value, TurnRef)


def _outputs(step: Step) -> Iterator[Output]:
    """Yield what a step leaves behind by name; where it comes from only Argo knows."""
    names = output_names(step.template)
    if "result" not in names:
        yield OutputParameter(name="result", source=FromStdout())
    for name in names:
        output = output_of(step, name)
        if output is not None and is_artifact_output(step, output):
            yield OutputArtifact(name=name)
        elif name == "result":
            yield OutputParameter(name=name, source=FromStdout())
        else:
            yield OutputParameter(name=name, source=FromManifest())


def _is_of_template(path: str) -> bool:
    return path == FORM or path.removeprefix("-").startswith("template.")


def _with_templates(workflow: Workflow, more: Iterable[Extra]) -> Workflow:
    """Return a workflow with templates added to its manifest, each in its place."""
    added = [_template(one.path, one.value) for one in workflow.extras if _at(one.path)]
    rest = [one for one in workflow.extras if not _at(one.path)]
    in_order = sorted((*added, *more), key=lambda one: int(_at(one.path)))
    return replace(workflow, extras=(*rest, *in_order))


def _template(path: str, value: Constant) -> Extra:
    return Extra(engine=ENGINE, path=path, value=value)


def _at(path: str) -> str:
    """Return the position of a template that is added, as text; empty for others."""
    found = _ADDED.fullmatch(path)
    return "" if found is None else found[1]
