"""From a workflow to what is drawn of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import product

from couler_jupyter.ir import ExitHandler, Step, SubWorkflow, Workflow
from couler_jupyter.protocol.edge import Link, links_of
from couler_jupyter.protocol.node import badges_of, node_view
from couler_jupyter.protocol.plain import one_line
from couler_jupyter.protocol.view import (
    VERSION,
    EdgeView,
    GroupView,
    NodeView,
    WorkflowView,
)


def workflow_view(workflow: Workflow, *, most: int = 60) -> WorkflowView:
    """Return what is drawn of `workflow`.

    Sub-workflows are drawn open, as a group of their steps, as long as that makes no
    more than `most` boxes in all; otherwise as one box.
    """
    opened = _opened(workflow, most)
    return {
        "type": "workflow",
        "version": VERSION,
        "name": workflow.name,
        "nodes": list(_nodes(workflow, "", opened)),
        "edges": list(_edges(workflow, "", opened)),
        "groups": list(_groups(workflow, "", opened)),
    }


def _opened(workflow: Workflow, most: int) -> frozenset[str]:
    """Paths of the steps whose sub-workflow is drawn open, outer ones first."""
    opened: list[str] = []
    boxes = _size(workflow)
    waiting = deque([("", workflow)])
    while waiting:
        prefix, outer = waiting.popleft()
        for step, inner in _inner(outer):
            if (boxes_then := boxes - 1 + _size(inner)) <= most:
                boxes = boxes_then
                opened.append(prefix + step.name)
                waiting.append((f"{prefix}{step.name}/", inner))
    return frozenset(opened)


def _nodes(
    workflow: Workflow, prefix: str, opened: frozenset[str]
) -> Iterator[NodeView]:
    for step, handler in _all(workflow):
        path = prefix + step.name
        if isinstance(step.template, SubWorkflow) and path in opened:
            yield from _nodes(step.template.workflow, f"{path}/", opened)
        else:
            yield node_view(step, path, group=prefix.rstrip("/"), handler=handler)


def _groups(
    workflow: Workflow, prefix: str, opened: frozenset[str]
) -> Iterator[GroupView]:
    for step, handler in _all(workflow):
        path = prefix + step.name
        if isinstance(step.template, SubWorkflow) and path in opened:
            yield {
                "id": path,
                "label": step.name,
                "parent": prefix.rstrip("/"),
                "badges": badges_of(step, handler),
            }
            yield from _groups(step.template.workflow, f"{path}/", opened)


def _edges(
    workflow: Workflow, prefix: str, opened: frozenset[str]
) -> Iterator[EdgeView]:
    for link in (*_step_links(workflow), *_end_links(workflow)):
        before = _ends(link.source, prefix, opened)
        after = _starts(link.target, prefix, opened)
        for source, target in product(before, after):
            yield {
                "source": source,
                "target": target,
                "kind": link.kind,
                "label": one_line(link.label, 80),
            }
    for step, inner in _inner(workflow):
        if (path := prefix + step.name) in opened:
            yield from _edges(inner, f"{path}/", opened)


def _step_links(workflow: Workflow) -> Iterator[Link]:
    for step in workflow:
        yield from links_of(step, workflow.by_name)


def _end_links(workflow: Workflow) -> Iterator[Link]:
    """An exit handler comes after the steps that nothing comes after."""
    last = _last(workflow)
    linked = {step.name for step in last}
    for handler in workflow.exit_handlers:
        for step in last:
            yield Link(step, handler.step, "phase", "")
        for link in links_of(handler.step, workflow.by_name):
            if link.source.name not in linked:
                yield link


def _starts(step: Step, prefix: str, opened: frozenset[str]) -> list[str]:
    """The boxes that an arrow to `step` points at."""
    path = prefix + step.name
    if not isinstance(step.template, SubWorkflow) or path not in opened:
        return [path]
    inner = step.template.workflow
    first = [one for one in inner if not one.dependencies]
    return [box for one in first for box in _starts(one, f"{path}/", opened)]


def _ends(step: Step, prefix: str, opened: frozenset[str]) -> list[str]:
    """The boxes that an arrow from `step` leaves from."""
    path = prefix + step.name
    if not isinstance(step.template, SubWorkflow) or path not in opened:
        return [path]
    inner = step.template.workflow
    last = [handler.step for handler in inner.exit_handlers] or _last(inner)
    return [box for one in last for box in _ends(one, f"{path}/", opened)]


def _last(workflow: Workflow) -> list[Step]:
    waited_for = {name for names in workflow.dependencies.values() for name in names}
    return [step for step in workflow if step.name not in waited_for]


def _all(workflow: Workflow) -> Iterator[tuple[Step, ExitHandler | None]]:
    yield from ((step, None) for step in workflow)
    yield from ((handler.step, handler) for handler in workflow.exit_handlers)


def _inner(workflow: Workflow) -> Iterator[tuple[Step, Workflow]]:
    for step, _ in _all(workflow):
        if isinstance(step.template, SubWorkflow):
            yield step, step.template.workflow


def _size(workflow: Workflow) -> int:
    return len(workflow.steps) + len(workflow.exit_handlers)
