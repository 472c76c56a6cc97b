"""How a body becomes a step: as it is if it is one step, else as a workflow of its own.

A body is what the function given to a map, a repeat, an exit handler or a sub-workflow
adds. What it uses of its surroundings has become inputs of it; a single step gets the
surroundings' own values back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from couler_jupyter.dsl.current import entered
from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.node import Node
from couler_jupyter.dsl.of_step import OfStep, Output
from couler_jupyter.dsl.origin import misused, origin_of, user_frame
from couler_jupyter.dsl.predicate import Predicate, joined
from couler_jupyter.dsl.putting_in import argument_in, condition_in, value_in
from couler_jupyter.dsl.scope import Scope, ScopeOutput, State
from couler_jupyter.dsl.step_output import StepOutput
from couler_jupyter.ir import Argument, ParameterRef, ValueType


def call_body(
    parent: Scope,
    title: str,
    function: Callable[..., object],
    *given: Callable[[Scope], object],
) -> tuple[Scope, object]:
    """Call a function whose steps are a body; return the body and what it returned.

    Args:
        parent: where the body will be a step.
        title: what it is called.
        function: adds the steps.
        given: make the function's arguments, from the body.

    Raises:
        BuildFailed: it adds no step.
    """
    body = Scope(title, parent=parent)
    with body.dropped_on_error(), entered(body):
        result = function(*(make(body) for make in given))
    if not body.nodes:
        raise misused(f"{title!r} adds no step; call a step in it")
    return body, result


def as_step(
    body: Scope, result: object, *, step_name: str = "", alone: bool = True
) -> tuple[Node, object]:
    """Return a body as a step of its parent, not yet added, and what it gives there.

    Args:
        body: the body, complete.
        result: what its function returned; handles in it become the step's outputs.
        step_name: what the user calls the step.
        alone: whether a body of one step is that step.
    """
    parent = body.parent
    if parent is None:
        raise AssertionError("a body stands in a workflow")
    single = body.nodes[0] if alone else None
    if single is not None and _is_alone(body, single, parent, result):
        node = _unpacked(body, single, parent)
        given: object = StepOutput(node) if result is None else result
    else:
        given = exported(body, result)
        node = _packed(body, parent)
        given = rebound(given, node)
    if step_name:
        node.name = node.base = step_name
        node.is_named = True
    body.state = State.CLOSED
    parent.unused |= body.unused
    return node, given


def moved(given: object, node: Node, there: Node) -> object:
    """Return handles of `node` as handles of the step that was there instead of it."""
    if node is there:
        return given
    if isinstance(given, OfStep):
        return given._of(there)
    if isinstance(given, tuple):
        return tuple(moved(one, node, there) for one in given)
    if isinstance(given, dict):
        return {key: moved(one, node, there) for key, one in given.items()}
    return given


def _is_alone(body: Scope, single: Node, parent: Scope, result: object) -> bool:
    """Return whether a body is just one step and can stand for it."""
    if len(body.nodes) > 1 or body.handlers or body.outputs or body.config:
        return False
    if single.loop is not None or single.repeat is not None:
        return False
    if any(parent.volumes.get(name, one) != one for name, one in body.volumes.items()):
        return False
    return result is None or (isinstance(result, OfStep) and result._node is single)


def _unpacked(body: Scope, node: Node, parent: Scope) -> Node:
    """Return a body's only step as a step of the parent."""
    known = {ParameterRef(name): outer for outer, name in body.captured.items()}
    node.scope = parent
    if node.body is not None:
        node.body.parent = parent
    if not node.is_named:
        node.name = node.base
    node.arguments = tuple(argument_in(one, known) for one in node.arguments)
    inner = None if node.when is None else condition_in(node.when, known)
    node.when = joined(parent.when, inner)
    node.after = [*parent.after, *node.after]
    if node.cache is not None:
        node.cache = value_in(node.cache, known)
    parent.volumes |= body.volumes
    return node


def _packed(body: Scope, parent: Scope) -> Node:
    """Return a step that runs the body."""
    node = Node(
        scope=parent,
        name=body.title,
        base=body.title,
        template=None,
        body=body,
        arguments=tuple(Argument(name, outer) for outer, name in body.captured.items()),
        after=list(parent.after),
        when=parent.when,
        origin=origin_of(user_frame(), parent.shared.places),
    )
    body.node = node
    return node


def exported(body: Scope, result: object) -> object:
    """Make what a function returned outputs of a body; return it, by their names.

    Raises:
        BuildFailed: it is, or holds, what can be no output.
    """
    match result:
        case None:
            return None
        case StepOutput():
            names = result._node.output_names()
            if len(names) < 2 or result._node.loop is not None:
                return _export(body, "result", result)
            for name in names:
                _export(body, name, result.output(name))
            return None
        case Mapping():
            return {
                str(key): _export(body, str(key), one) for key, one in result.items()
            }
        case list() | tuple():
            fields = cast("tuple[str, ...]", getattr(result, "_fields", ()))
            names = fields or tuple(f"result-{n + 1}" for n in range(len(result)))
            pairs = zip(names, result, strict=True)
            return tuple(_export(body, name, one) for name, one in pairs)
        case Predicate():
            raise misused(f"{body.title!r} returns a condition; return an output")
        case _:
            return _export(body, "result", result)


def _export(body: Scope, name: str, given: object) -> str:
    if name in body.outputs:
        raise misused(f"{body.title!r} has an output {name!r} already")
    body.outputs[name] = ScopeOutput(
        value=body.value(given),
        type=given._type() if isinstance(given, Handle) else ValueType.JSON,
    )
    return name


def rebound(names: object, node: Node) -> object:
    """Return names of outputs as handles for them."""
    match names:
        case str() as name if name != "result":
            return Output(node, name)
        case dict():
            return {key: Output(node, name) for key, name in names.items()}
        case tuple():
            return tuple(Output(node, name) for name in names)
        case _:
            return StepOutput(node)


def named_after(function: Callable[..., Any], otherwise: str) -> str:
    """Return the name of a function, if it has one of its own."""
    name = str(getattr(function, "__name__", ""))
    return name if name.isidentifier() else otherwise
