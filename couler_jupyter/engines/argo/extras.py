"""The argo extras of a workflow: how they are read and merged into what is emitted.

There are three sorts:

* *forms* are choices that the emitter reads; `FORMS` lists them. They say nothing about
  what runs.
* *additions* are what the IR has no word for. They never override: if something else
  stands there, that is reported.
* *spellings* (`ignorable`) are other ways to write what was emitted, `1024Mi` for `1Gi`.
  They are used only where they mean the same, and left out otherwise. A path that
  starts with `-` takes away what was emitted.

A position of a list at the end of a path inserts there.

Extras of a step begin with `template.` (the object of its template, without the name) or
`task.` (its task in the DAG, or its step among the steps). Those of a workflow begin with
`template.` (its own dag or steps template), with `onExit.` (the template of its exit
handlers) or stand at their path from the manifest's root, as `spec.podGC`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import cast

from couler_jupyter.engines.argo.merging import Merger, Object, Report, Word
from couler_jupyter.engines.kube.path import parse_path
from couler_jupyter.engines.kube.placing import replace
from couler_jupyter.errors import Problem
from couler_jupyter.ir import Extra, Json, Step, SubWorkflow, Workflow

ENGINE = "argo"
SPEC = "workflow"
"""Kind of the one foreign template that is the whole spec of a workflow."""

FORMS: Mapping[str, str] = MappingProxyType(
    {
        "kind": "Workflow, WorkflowTemplate, ClusterWorkflowTemplate, CronWorkflow or "
        "WorkflowEventBinding",
        "layout": "groups of names of steps for a steps template, or `template`: the "
        "one step's template is the entrypoint itself",
        "template": "name of the template of a step",
        "entrypoint": "name of the template of the whole workflow; null for none",
        "onExit": "name of the template of the exit handlers; or that as `template`, and "
        "as `layout`: `dag`, `steps`, or `template` for the one handler's own",
        "order": "names of the templates in the order they stand in",
        "verdict": "`leaves`: a DAG ends as its last tasks do, as Argo has it; `task`: one "
        "more task says how it ends",
        "configMaps": "ConfigMaps with scripts that stand beside the manifest",
        "gathered": "`result`: all that the items of a mapped step print is JSON",
        "written": "how a step or a workflow stands in its manifest as long as it still is "
        "what a digest says: a reference, or a template that runs itself",
    }
)
"""What the emitter reads: of a step `template`, `gathered` and `written`; of a workflow
all but the first two.
"""


def form(extras: Iterable[Extra], name: str) -> Json:
    """Return the value of a form, or None where it is not chosen."""
    for extra in extras:
        if extra.path == name and extra.engine == ENGINE:
            return extra.value.value
    return None


def merge_template(emitted: Object, extras: Sequence[Extra], report: Report) -> Object:
    """Return the object of a template with the `template.` extras of its step."""
    words = _words(extras, "template")
    return Merger(words, {}, report).merge(emitted) if words else emitted


def merge_tasks(
    emitted: Object,
    extras: Sequence[Extra],
    tasks: Mapping[str, Sequence[Extra]],
    report: Report,
    *,
    head: str = "template",
) -> Object:
    """Return a dag or steps template with the extras of its workflow and its steps.

    Args:
        emitted: the object of the template.
        extras: of the workflow.
        tasks: extras of the steps, by the names of their tasks; those that begin with
            `task.` are used.
        report: told of what cannot be used.
        head: what extras of the workflow begin with that are used.
    """
    words = _words(extras, head)
    own = {name: _words(given, "task") for name, given in tasks.items() if given}
    return Merger(words, own, report).merge(emitted) if words or own else emitted


def merge_document(emitted: Object, extras: Sequence[Extra], report: Report) -> Object:
    """Return the whole manifest with the extras of its workflow."""
    ordered = _in_order(emitted, form(extras, "order"))
    words = _words(extras, "")
    return Merger(words, {}, report).merge(ordered) if words else ordered


def extra_problems(workflow: Workflow) -> Iterator[Problem]:
    """Yield what is wrong with the argo extras of a workflow, wherever they go."""
    yield from _faults(workflow.extras, f"workflow {workflow.name!r}", of_step=False)
    handlers = (handler.step for handler in workflow.exit_handlers)
    for step in (*workflow.steps, *handlers):
        yield from _faults(step.extras, f"step {step.name!r}", of_step=True)
        if isinstance(step.template, SubWorkflow):
            yield from _inner_problems(step, step.template.workflow)


def _inner_problems(step: Step, inner: Workflow) -> Iterator[Problem]:
    for extra in inner.extras:
        rooted = extra.engine == ENGINE and extra.path not in FORMS
        if rooted and not extra.path.removeprefix("-").startswith("template."):
            what = (
                f"extra {extra.path!r} is for a whole manifest, not for a part of one"
            )
            yield Problem(f"step {step.name!r}", what)
    yield from extra_problems(inner)


def _faults(extras: Iterable[Extra], where: str, *, of_step: bool) -> Iterator[Problem]:
    for extra in extras:
        if extra.engine != ENGINE or extra.path in FORMS:
            continue
        try:
            path = parse_path(extra.path.removeprefix("-"))
        except ValueError as error:
            yield Problem(where, f"extra: {error}")
            continue
        if of_step and (path[0] not in {"template", "task"} or len(path) < 2):
            what = f"extra {extra.path!r} must begin with template. or task."
            yield Problem(where, what)
        elif extra.path.startswith("-") and not extra.ignorable:
            what = f"extra {extra.path!r} takes something away; it must be ignorable"
            yield Problem(where, what)


def _words(extras: Iterable[Extra], head: str) -> list[Word]:
    """Return what goes into the object that `head` stands for; the manifest if empty."""
    found: list[Word] = []
    for extra in extras:
        if extra.engine != ENGINE or extra.path in FORMS:
            continue
        try:
            path = parse_path(extra.path.removeprefix("-"))
        except ValueError:
            continue  # extra_problems tells it
        first, *rest = path
        if first == head and rest:
            found.append(Word(extra, tuple(rest), extra.path.startswith("-")))
        elif not head and first not in {"template", "onExit"}:
            found.append(Word(extra, path, extra.path.startswith("-")))
    return found


def _in_order(emitted: Object, order: Json) -> Object:
    if not isinstance(order, list):
        return emitted
    at = {name: index for index, name in enumerate(order)}
    head = (
        ("spec", "workflowSpec") if emitted.get("kind") == "CronWorkflow" else ("spec",)
    )
    spec: Json = emitted
    for key in head:
        spec = spec[key]
    templates = sorted(spec["templates"], key=lambda one: at.get(one["name"], len(at)))
    return cast("Object", replace(emitted, (*head, "templates"), templates))
