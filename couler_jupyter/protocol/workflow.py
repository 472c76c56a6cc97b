"""From a workflow to what is drawn of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import product

from couler_jupyter.ir import ExitHandler, Step, SubWorkflow, Workflow
from couler_jupyter.protocol.edge import Link, links_of
from couler_jupyter.protocol.node import badges_of, node_view
from couler_jupyter.protocol.part import (
    Shown,
    merged,
    numbered,
    part_box,
    part_id,
    part_outline,
    part_views,
)
from couler_jupyter.protocol.plain import one_line
from couler_jupyter.protocol.view import (
    VERSION,
    EdgeView,
    GroupView,
    NodeView,
    PartView,
    WorkflowView,
)

_MOST = 20_000


def workflow_view(
    workflow: Workflow,
    *,
    most: int = 60,
    opened: Collection[str] = (),
    closed: Collection[str] = (),
) -> WorkflowView:
    """Return what is drawn of `workflow`.

    Parts are drawn open, each in an outline, if that makes no more than `most` boxes in
    all; otherwise each as one box. Then sub-workflows are drawn open, as a group of
    their steps, as long as that makes no more than `most` boxes.

    Args:
        workflow: what to draw.
        most: boxes that are drawn without being asked for.
        opened: ids of parts and sub-workflows that are drawn open however many there are.
        closed: ids of those that are drawn as one box however few.
    """
    numbers = numbered(workflow)
    shut = _shut(workflow, most, opened, closed)
    shown = Shown(numbers=numbers, closed=shut)
    shown = replace(shown, inner=_opened(workflow, shown, most, opened, closed))
    parts = list(part_views(workflow, shut))
    return {
        "type": "workflow",
        "version": VERSION,
        "name": workflow.name,
        "nodes": list(_boxes(workflow, shown, parts)),
        "edges": list(merged(_edges(workflow, "", shown))),
        "groups": [
            *(part_outline(one) for one in parts if not one["closed"]),
            *_groups(workflow, "", shown),
        ],
        "parts": parts,
    }


def whole_view(workflow: Workflow) -> WorkflowView:
    """Return all that can be drawn of `workflow`: every part and sub-workflow open.

    Of very big ones, the innermost sub-workflows stay closed.
    """
    return workflow_view(workflow, most=_MOST)


def _shut(
    workflow: Workflow, most: int, opened: Collection[str], closed: Collection[str]
) -> frozenset[int]:
    """Return the numbers of the parts that are one box each."""
    count = 0 if workflow.parts is None else len(workflow.parts.members)
    usual = _size(workflow) > most
    ids = {number: part_id(number) for number in range(1, count + 1)}
    return frozenset(
        number
        for number, name in ids.items()
        if name in closed or (usual and name not in opened)
    )


def _opened(
    workflow: Workflow,
    shown: Shown,
    most: int,
    opened: Collection[str],
    closed: Collection[str],
) -> frozenset[str]:
    """Paths of the steps whose sub-workflow is drawn open, outer ones first."""
    found: list[str] = []
    boxes = len(shown.closed) + sum(
        not shown.is_closed(step.name) for step, _ in _all(workflow)
    )
    waiting = deque([("", workflow)])
    while waiting:
        prefix, outer = waiting.popleft()
        for step, inner in _inner(outer):
            path = prefix + step.name
            if shown.is_closed(path) or path in closed:
                continue
            boxes_then = boxes - 1 + _size(inner)
            if boxes_then <= most or path in opened:
                boxes = boxes_then
                found.append(path)
                waiting.append((f"{path}/", inner))
    return frozenset(found)


def _boxes(
    workflow: Workflow, shown: Shown, parts: list[PartView]
) -> Iterator[NodeView]:
    """Yield all boxes: part by part, as no step waits for one of a later part."""
    if not parts:
        yield from _nodes(workflow, "", shown)
        return
    inside: dict[int | None, list[NodeView]] = {}
    for node in _nodes(workflow, "", shown):
        inside.setdefault(node["part"], []).append(node)
    for number, part in enumerate(parts, start=1):
        yield from [part_box(part, number)] if part["closed"] else inside[number]
    yield from inside.get(None, ())


def _nodes(workflow: Workflow, prefix: str, shown: Shown) -> Iterator[NodeView]:
    for step, handler in _all(workflow):
        path = prefix + step.name
        if shown.is_closed(path):
            continue
        if isinstance(step.template, SubWorkflow) and path in shown.inner:
            yield from _nodes(step.template.workflow, f"{path}/", shown)
        else:
            yield node_view(
                step,
                path,
                group=shown.group(path),
                part=shown.part(path),
                handler=handler,
            )


def _groups(workflow: Workflow, prefix: str, shown: Shown) -> Iterator[GroupView]:
    for step, handler in _all(workflow):
        path = prefix + step.name
        if isinstance(step.template, SubWorkflow) and path in shown.inner:
            yield {
                "id": path,
                "label": step.name,
                "kind": "subworkflow",
                "parent": shown.group(path),
                "badges": badges_of(step, handler),
            }
            yield from _groups(step.template.workflow, f"{path}/", shown)


def _edges(workflow: Workflow, prefix: str, shown: Shown) -> Iterator[EdgeView]:
    for link in (*_step_links(workflow), *_end_links(workflow)):
        ways = (prefix + link.source.name, prefix + link.target.name)
        before = _ends(link.source, prefix, shown)
        after = _starts(link.target, prefix, shown)
        for source, target in product(before, after):
            yield {
                "source": source,
                "target": target,
                "kind": link.kind,
                "cut": shown.cuts(*ways),
                "label": one_line(link.label, 80),
            }
    for step, inner in _inner(workflow):
        if (path := prefix + step.name) in shown.inner:
            yield from _edges(inner, f"{path}/", shown)


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


def _starts(step: Step, prefix: str, shown: Shown) -> list[str]:
    """The boxes that an arrow to `step` points at."""
    path = prefix + step.name
    if shown.is_closed(path):
        return [shown.group(path)]
    if not isinstance(step.template, SubWorkflow) or path not in shown.inner:
        return [path]
    inner = step.template.workflow
    first = [one for one in inner if not one.dependencies]
    return [box for one in first for box in _starts(one, f"{path}/", shown)]


def _ends(step: Step, prefix: str, shown: Shown) -> list[str]:
    """The boxes that an arrow from `step` leaves from."""
    path = prefix + step.name
    if shown.is_closed(path):
        return [shown.group(path)]
    if not isinstance(step.template, SubWorkflow) or path not in shown.inner:
        return [path]
    inner = step.template.workflow
    last = [handler.step for handler in inner.exit_handlers] or _last(inner)
    return [box for one in last for box in _ends(one, f"{path}/", shown)]


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
