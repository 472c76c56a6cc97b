"""A workflow as the graph that splitting knows, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from couler_jupyter.errors import PassFailed
from couler_jupyter.ir import Parts, Workflow
from couler_jupyter.passes.splitting import (
    NEW,
    Bounds,
    Cut,
    Graph,
    Oversize,
    Work,
    backward,
    circular,
    in_order,
    oversize,
    printed,
    repaired,
)
from couler_jupyter.passes.together import together
from couler_jupyter.passes.weighing import Weights

_MOST_TOLD = 3
_OPTIONS: Mapping[str, str] = {
    "bytes": "max-bytes",
    "steps": "max-steps",
    "pods": "max-pods",
}


@dataclass(frozen=True, slots=True)
class Pieces:
    """What is cut: each node stands for some steps that stay together.

    Attributes:
        work: the graph and what its nodes weigh.
        groups: the names of the steps of each node.
        place: the place of each step in the workflow.
        why: why steps stay together, by name.
    """

    work: Work
    groups: list[list[str]]
    place: Mapping[str, int]
    why: Mapping[str, str]

    def members(self, cut: Cut) -> tuple[tuple[str, ...], ...]:
        """Return the names of the steps of each part, as the workflow has them."""
        found: list[list[str]] = [[] for _ in range(max(cut) + 1)]
        for node, part in enumerate(cut):
            found[part] += self.groups[node]
        return tuple(
            tuple(sorted(names, key=self.place.__getitem__)) for names in found
        )

    def before(self, parts: Parts | None) -> list[int] | None:
        """Return the number of the part that each node was in; `NEW` for none."""
        if parts is None:
            return None
        number = parts.numbers()
        found = [{number.get(name, NEW) for name in names} for names in self.groups]
        return [one.pop() if len(one) == 1 else NEW for one in found]


def pieces_of(
    workflow: Workflow, weights: Weights, bounds: Bounds, *, alone: bool = False
) -> Pieces:
    """Return the graph of a workflow; with `alone`, each step is a node of its own."""
    groups, why = (
        ([[step.name] for step in workflow.steps], dict[str, str]())
        if alone
        else together(workflow)
    )
    node = {name: index for index, names in enumerate(groups) for name in names}
    waits = workflow.dependencies
    parents = [
        sorted({node[one] for name in names for one in waits[name]} - {index})
        for index, names in enumerate(groups)
    ]
    work = Work(
        graph=Graph.of(parents),
        bytes=[
            sum(weights.bytes[name] for name in names)
            + _gates_within(names, waits, weights, len(before))
            for names, before in zip(groups, parents, strict=True)
        ],
        steps=[sum(weights.steps[name] for name in names) for names in groups],
        pods=[sum(weights.pods[name] for name in names) for names in groups],
        seconds=[sum(weights.seconds[name] for name in names) for names in groups],
        bounds=bounds,
        alone=[
            sum(weights.alone[name] for name in names) if weights.alone else 0
            for names in groups
        ]
        if weights.alone
        else (),
    )
    place = {step.name: index for index, step in enumerate(workflow.steps)}
    return Pieces(work, groups, place, why)


def _gates_within(
    names: list[str],
    waits: Mapping[str, tuple[str, ...]],
    weights: Weights,
    parents: int,
) -> int:
    """Return the bytes of gates beyond those of one step: each of them may need one."""
    if len(names) == 1:
        return 0
    inside = set(names)
    edges = sum(1 for name in names for one in waits[name] if one not in inside)
    return weights.gate * (len(names) - 1) + weights.edge * max(0, edges - parents)


def too_big(pieces: Pieces) -> list[str]:
    """Return what is said of nodes that no part can hold; few of them, if many."""
    found = oversize(pieces.work)
    said = [_said(one, pieces) for one in found[:_MOST_TOLD]]
    if len(found) > _MOST_TOLD:
        said.append(f"and {len(found) - _MOST_TOLD} more like these")
    return said


def _said(one: Oversize, pieces: Pieces) -> str:
    names = pieces.groups[one.node]
    what = (
        f"{one.has:,} {one.of}, {one.has - one.most:,} more than the {one.most:,} "
        f"that a part may have"
    )
    how = f"make it smaller or raise {_OPTIONS[one.of]}"
    if len(names) == 1:
        return f"step {names[0]!r} alone comes to {what}; {how}"
    shown = ", ".join(map(repr, names[:_MOST_TOLD]))
    more = f" and {len(names) - _MOST_TOLD} more" if len(names) > _MOST_TOLD else ""
    why = pieces.why[names[0]]
    return f"steps {shown}{more} stay together ({why}) and come to {what}; {how}"


def algorithm_3(pieces: Pieces, *, printed_only: bool) -> Cut:
    """Return the parts of the paper's algorithm, numbered in an order.

    Raises:
        PassFailed: steps are lost or doubled, or parts wait for each other.
    """
    work, names = pieces.work, [group[0] for group in pieces.groups]
    if printed_only:
        made = printed(work)
        if made.lost or made.doubled:
            raise PassFailed(
                "split: Algorithm 3 as printed leaves "
                f"{_count(made.lost, names)} out and has "
                f"{_count(made.doubled, names)} in several parts; use mode=window"
            )
        cut = [0] * len(names)
        for number, nodes in enumerate(made.parts):
            for node in nodes:
                cut[node] = number
    else:
        cut = repaired(work)
    if ring := circular(work.graph, cut):
        raise PassFailed(
            "split: " + "; ".join(_ring_said(work.graph, cut, ring, names))
        )
    ordered = in_order(work.graph, cut)
    if ordered is None:
        raise AssertionError("parts that are in no ring have an order")
    return ordered


def _ring_said(
    graph: Graph, cut: Cut, ring: set[int], names: list[str]
) -> Iterator[str]:
    parts = max(cut) + 1
    yield f"{len(ring)} of the {parts} parts of Algorithm 3 wait for each other"
    back = backward(graph, cut)
    there = {(cut[node], cut[one]): (one, node) for one, node in back}
    for one, node in graph.edges():
        crossing = there.get((cut[one], cut[node]))
        if cut[one] != cut[node] and crossing is not None:
            first, second = crossing
            yield (
                f"as {names[node]!r} of part {cut[node] + 1} for {names[one]!r} of part "
                f"{cut[one] + 1}, and {names[second]!r} for {names[first]!r}"
            )
            break
    yield "they could never all run; use mode=window"


def _count(nodes: list[int], names: list[str]) -> str:
    if not nodes:
        return "no step"
    first = names[nodes[0]]
    return (
        f"{len(nodes)} steps ({first!r} first)" if len(nodes) > 1 else f"step {first!r}"
    )
