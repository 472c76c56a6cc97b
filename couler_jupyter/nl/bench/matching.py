"""Which leaf of a workflow is which node that a task asks for: isomorphisms of graphs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from couler_jupyter.nl.bench.flat import Flat, Leaf
from couler_jupyter.nl.bench.wanted import Graph, Node

if TYPE_CHECKING:
    import networkx as nx

Fits = Callable[[int, int], bool]
"""Whether a node, by its place, can be a leaf, by its place."""


def matches(graph: Graph, flat: Flat, fits: Fits) -> Iterator[Mapping[int, int]]:
    """Yield the ways to see a graph in a workflow: places of leaves by those of nodes.

    What an edge says that a longer way round says as well does not count, on either side.
    """
    from networkx.algorithms.isomorphism import DiGraphMatcher

    if len(graph.nodes) != len(flat.leaves):
        return
    pairs = ((before, after) for before, after, _ in graph.edges)
    wanted = _reduced(len(graph.nodes), pairs)
    found = _reduced(len(flat.leaves), flat.edges)
    if len(wanted.edges) != len(found.edges):
        return
    matcher = DiGraphMatcher(
        wanted, found, node_match=lambda one, other: fits(one["at"], other["at"])
    )
    yield from matcher.isomorphisms_iter()


def is_alike(node: Node, leaf: Leaf) -> bool:
    """Whether a leaf is of the sort that a node is, wherever both stand."""
    return (node.kind, node.exit, node.mapped, node.repeated) == (
        leaf.kind,
        leaf.exit,
        leaf.mapped,
        bool(leaf.repeats),
    )


def difference(graph: Graph, flat: Flat) -> str:
    """Return in one line why a workflow does not have a graph."""
    sorts = (
        ("steps", lambda _: True),
        ("jobs", lambda one: one.kind == "job"),
        ("waits", lambda one: one.kind == "wait"),
        ("exit handlers", lambda one: one.exit),
        ("mapped steps", lambda one: one.mapped),
        ("repeated steps", _is_repeated),
    )
    for sort, has in sorts:
        wanted, found = _count(graph.nodes, has), _count(flat.leaves, has)
        if wanted != found:
            return f"graph: {found} {sort}, not {wanted}"
    names = [leaf.path for leaf in flat.leaves]
    edges = _reduced(len(names), flat.edges).edges
    told = ", ".join(sorted(f"{names[one]} > {names[other]}" for one, other in edges))
    return f"graph: the order is wrong: {told or 'there is none'}"


def _count(many: Iterable[Any], has: Callable[[Any], bool]) -> int:
    return sum(map(has, many))


def _is_repeated(one: Node | Leaf) -> bool:
    return bool(one.repeats) if isinstance(one, Leaf) else one.repeated


def _reduced(count: int, edges: Iterable[tuple[int, int]]) -> nx.DiGraph[int]:
    import networkx as nx

    whole: nx.DiGraph[int] = nx.DiGraph()
    whole.add_nodes_from(range(count))
    whole.add_edges_from(edges)
    reduced: nx.DiGraph[int] = nx.transitive_reduction(whole)
    for place in range(count):
        reduced.nodes[place]["at"] = place
    return reduced
