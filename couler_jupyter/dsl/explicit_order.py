"""Order in so many words: `dag` and `set_dependencies`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from couler_jupyter.dsl.after import waits_for
from couler_jupyter.dsl.anything import Given, Gives
from couler_jupyter.dsl.current import open_scope
from couler_jupyter.dsl.edges import nodes_of
from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.values import a_kind

if TYPE_CHECKING:
    from couler_jupyter.dsl.node import Node
    from couler_jupyter.dsl.scope import Scope


def dag(dependency_graph: Sequence[Sequence[object]]) -> None:
    """Add steps in the order of some chains: each element runs after the one before.

    Within the graph, a step that is called again, with the same step name or as the
    same function with the same arguments, is the same step:

        couler.dag([[lambda: job("A")],
                    [lambda: job("A"), lambda: job("B")]])

    Args:
        dependency_graph: chains of functions that add steps, of steps, and of lists of
            these that stand side by side.

    Raises:
        BuildFailed: no workflow is being written, or a chain holds something else.
    """
    scope = open_scope("dag")
    if not isinstance(dependency_graph, list | tuple):
        raise misused("dag takes a list of chains, as [[lambda: a(), lambda: b()]]")
    with scope.undone_on_error(), scope.merging():
        for chain in dependency_graph:
            if not isinstance(chain, list | tuple):
                raise misused(f"dag: {a_kind(chain)} is no chain; write [lambda: a()]")
            earlier: list[Node] = []
            for element in chain:
                later = _group(element, scope)
                scope.shared.edges += [
                    (a, b) for a in earlier for b in later if a is not b
                ]
                earlier = later


def set_dependencies(
    step_function: Callable[[], Any] | Handle | Sequence[Handle],
    dependencies: object = None,
) -> Gives:
    """Have a step wait for others.

    Args:
        step_function: adds the step; or a step.
        dependencies: names of steps, steps, a text such as
            `A.Succeeded && (B.Failed || !C)`, or outcomes as `a.failed | b.succeeded`.

    Returns:
        What the function returned, or the step.

    Raises:
        BuildFailed: no workflow is being written, or an argument makes no sense.
    """
    scope = open_scope("set_dependencies")
    with scope.undone_on_error(), scope.merging():
        given, later = _added(step_function, scope, "set_dependencies")
        named, earlier = waits_for(dependencies, scope)
        for node in later:
            if named and node.scope is not scope:
                raise misused(
                    f"step {node.name!r} stands in {node.scope.title!r}; say there what it "
                    "waits for"
                )
            scope.wait(node, named)
        scope.shared.edges += [(a, b) for a in earlier for b in later]
    return given


def _group(element: object, scope: Scope) -> list[Node]:
    """Return the steps that stand at one place of a chain."""
    if isinstance(element, list | tuple):
        return [node for one in element for node in _group(one, scope)]
    return _added(element, scope, "dag")[1]


def _added(element: Given, scope: Scope, call: str) -> tuple[object, list[Node]]:
    """Return what an element of a chain gives, and its steps."""
    if isinstance(element, Handle | list | tuple):
        return element, list(nodes_of(element))
    if not callable(element):
        raise misused(f"{call} takes functions and steps, not {a_kind(element)}")
    with scope.hearing() as heard:
        given = element()
    if not heard and given is not None:
        heard = list(nodes_of(given))
    if not heard:
        raise misused(f"{call}: a function adds no step; call a step in it")
    return given, list(dict.fromkeys(heard))
