"""Parts of a workflow that is cut: outlines around their steps, or one box for each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from couler_jupyter.ir import Workflow
from couler_jupyter.protocol.view import EdgeView, GroupView, NodeView, PartView


def part_id(number: int) -> str:
    """Return the id of a part, from 1; no step can have it, as it has a blank."""
    return f"part {number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What of a workflow is drawn open.

    Attributes:
        inner: paths of the steps whose sub-workflow is.
        numbers: of the parts of the outermost steps, from 1; empty where nothing is cut.
        closed: numbers of the parts that are one box each.
    """

    inner: frozenset[str] = frozenset()
    numbers: Mapping[str, int] = field(default_factory=dict[str, int])
    closed: frozenset[int] = frozenset()

    def part(self, path: str) -> int | None:
        """Return the number of the part that a path is in; None if in none."""
        return self.numbers.get(path.partition("/")[0])

    def is_closed(self, path: str) -> bool:
        """Whether a path is inside a part that is drawn as one box."""
        return self.part(path) in self.closed

    def group(self, path: str) -> str:
        """Return the id of the outline that the box at `path` stands in, or empty."""
        around = path.rpartition("/")[0]
        number = self.part(path)
        return around or ("" if number is None else part_id(number))

    def cuts(self, source: str, target: str) -> bool:
        """Whether two paths are in different parts; what is in none is cut from none."""
        ends = {self.part(source), self.part(target)}
        return len(ends) == 2 and None not in ends


def numbered(workflow: Workflow) -> dict[str, int]:
    """Return the number of the part of each step, from 1."""
    if workflow.parts is None:
        return {}
    return {name: number + 1 for name, number in workflow.parts.numbers().items()}


def part_views(workflow: Workflow, closed: Collection[int]) -> Iterator[PartView]:
    """Yield what there is to say of the parts."""
    members = () if workflow.parts is None else workflow.parts.members
    for number, names in enumerate(members, start=1):
        yield {
            "id": part_id(number),
            "steps": list(names),
            "closed": number in closed,
        }


def part_outline(part: PartView) -> GroupView:
    """Return the outline of a part that is drawn open."""
    return {
        "id": part["id"],
        "label": part["id"],
        "kind": "part",
        "parent": "",
        "badges": [_count(part)],
    }


def part_box(part: PartView, number: int) -> NodeView:
    """Return the one box of a part that is not drawn open."""
    first, last = part["steps"][0], part["steps"][-1]
    return {
        "id": part["id"],
        "label": part["id"],
        "kind": "part",
        "detail": first if first == last else f"{first} … {last}",
        "group": "",
        "part": number,
        "loop": "",
        "badges": [_count(part)],
    }


def merged(edges: Iterable[EdgeView]) -> Iterator[EdgeView]:
    """Yield one arrow for all that lead from one box to another."""
    found: dict[tuple[str, str], list[EdgeView]] = {}
    for one in edges:
        if one["source"] != one["target"]:
            found.setdefault((one["source"], one["target"]), []).append(one)
    for alike in found.values():
        first, *others = alike
        if not others:
            yield first
            continue
        kinds = {one["kind"] for one in alike}
        kind = first["kind"] if len(kinds) == 1 else "order"
        yield {**first, "kind": kind, "label": f"{len(alike)} edges"}


def _count(part: PartView) -> str:
    count = len(part["steps"])
    return f"{count} step{'s' if count != 1 else ''}"
