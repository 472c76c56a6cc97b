"""Order that the user writes between steps, beside what their data says."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.dsl.node import Node
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.scope import Scope, State


def before(first: object, then: object) -> None:
    """Have every step of `first` end before any of `then` starts.

    Raises:
        BuildFailed: one of them is no step, or they are not of one workflow.
    """
    earlier, later = list(nodes_of(first)), list(nodes_of(then))
    for one in earlier:
        for other in later:
            _check(one, other)
            one.scope.shared.edges.append((one, other))


def nodes_of(given: object) -> Iterator[Node]:
    """Yield the steps behind a handle, or behind a list of handles.

    Raises:
        BuildFailed: it is neither.
    """
    if isinstance(given, list | tuple):
        for one in given:
            yield from nodes_of(one)
        return
    node = getattr(given, "_node", None)
    if not isinstance(node, Node):
        raise misused(
            f"{given!r} is no step; order is between steps and lists of steps"
        )
    yield node


def order(edges: list[tuple[Node, Node]]) -> dict[Node, dict[str, None]]:
    """Return the names of the steps that each step waits for by the user's order.

    An edge between steps of different bodies holds between the steps, of one body,
    that they stand in.
    """
    found: dict[Node, dict[str, None]] = {}
    for one, other in edges:
        earlier, later = _siblings(one, other)
        found.setdefault(later, {})[earlier.name] = None
    return found


def _check(one: Node, other: Node) -> None:
    for node in (one, other):
        if node.scope.state is State.DROPPED:
            raise misused(f"step {node.name!r} was taken back when its block failed")
    if one.scope.shared is not other.scope.shared:
        raise misused(
            f"step {one.name!r} belongs to workflow {one.scope.title!r} and step "
            f"{other.name!r} to {other.scope.title!r}; order is within a workflow"
        )
    if one is other:
        raise misused(f"step {one.name!r} cannot come before itself")


def _siblings(one: Node, other: Node) -> tuple[Node, Node]:
    if one.scope is other.scope:
        return one, other
    around = {node.scope: node for node in _outward(one)}
    for node in _outward(other):
        if node.scope in around:
            return around[node.scope], node
    raise AssertionError("steps of one workflow have a body in common")


def _outward(node: Node) -> Iterator[Node]:
    """Yield a step, the step it stands in, and so on."""
    inner: Node | None = node
    while inner is not None:
        yield inner
        scope: Scope = inner.scope
        inner = scope.node
