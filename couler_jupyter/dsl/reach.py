"""A value of one workflow under construction as seen from another around or inside it.

Going in, it becomes an input of each workflow on the way; going out, an output. So
the body of a map may use any step that stands around it, and what stands around may
use any step of a body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.scope import Scope, State
from couler_jupyter.ir import OutputRef, Value

if TYPE_CHECKING:
    from couler_jupyter.dsl.handle import Handle
    from couler_jupyter.dsl.node import Node


def as_seen_from(scope: Scope, handle: Handle, node: Node, local: Value) -> Value:
    """Return what `local`, a value of step `node`, is for steps in `scope`.

    Raises:
        BuildFailed: the step belongs to another workflow, or was taken back.
    """
    home = node.scope
    while not home.has(scope):
        if home.parent is None or home.node is None or home.state is not State.CLOSED:
            raise misused(_elsewhere(handle, home, scope))
        name = home.export(local, handle._hint(), handle._type())
        local, home = OutputRef(home.node.name, name), home.node.scope
    return brought_in(home, scope, handle, local)


def brought_in(home: Scope, scope: Scope, handle: Handle, local: Value) -> Value:
    """Return what `local`, a value of `home`, is in `scope` inside it."""
    way: list[Scope] = []
    inner: Scope | None = scope
    while inner is not None and inner is not home:
        way.append(inner)
        inner = inner.parent
    for each in reversed(way):
        local = each.capture(local, handle._hint(), handle._type())
    return local


def _elsewhere(handle: Handle, home: Scope, scope: Scope) -> str:
    if home.state is State.DROPPED:
        return f"{handle._what()} was taken back when the block it stood in failed"
    return (
        f"{handle._what()} belongs to workflow {home.title!r}; {scope.title!r} "
        "cannot use it; write both in one workflow or call one from the other"
    )
