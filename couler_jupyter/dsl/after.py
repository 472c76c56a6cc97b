"""What a step may be asked to wait for: steps, names, texts and outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from couler_jupyter.dsl.depends import parse_depends
from couler_jupyter.dsl.edges import nodes_of
from couler_jupyter.dsl.of_step import OfStep
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.predicate import Predicate, split
from couler_jupyter.ir import After

if TYPE_CHECKING:
    from couler_jupyter.dsl.node import Node
    from couler_jupyter.dsl.scope import Scope


def waits_for(given: object, scope: Scope) -> tuple[tuple[After, ...], list[Node]]:
    """Return what is waited for: names and outcomes here, and steps from anywhere.

    Raises:
        BuildFailed: something is neither a step, a name, a text nor an outcome.
    """
    named: list[After] = []
    steps: list[Node] = []
    for one in _flat(given):
        if isinstance(one, OfStep):
            steps.append(one._node)
        elif isinstance(one, Predicate):
            named.extend(outcomes(one, scope))
        elif isinstance(one, str):
            named.extend(parse_depends(one, scope.names.known))
        else:
            steps.extend(nodes_of(one))
    return tuple(dict.fromkeys(named)), steps


def outcomes(test: Predicate, scope: Scope) -> Iterator[After]:
    """Yield the outcomes that a test asks for; each must hold.

    Raises:
        BuildFailed: it compares values.
    """
    values, endings = split(test)
    if values:
        raise misused(
            f"{values[0]!r} compares values; order asks how steps ended, as step.failed; "
            "use couler.when for values"
        )
    for ending in endings:
        yield ending._condition(scope)


def _flat(given: object) -> list[object]:
    if given is None:
        return []
    if not isinstance(given, list | tuple):
        return [given]
    if any(one is None or isinstance(one, list | tuple) for one in given):
        return [inner for one in given for inner in _flat(one)]
    return list(given)
