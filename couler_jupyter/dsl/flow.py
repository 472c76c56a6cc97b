"""Steps under a condition, steps at once, and steps when others ended in some way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any

from couler_jupyter.dsl.after import waits_for
from couler_jupyter.dsl.anything import Gives
from couler_jupyter.dsl.closing import as_step, call_body, moved, named_after
from couler_jupyter.dsl.current import open_scope
from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.loops import check_callable
from couler_jupyter.dsl.origin import here, misused
from couler_jupyter.dsl.predicate import (
    NotPredicate,
    Predicate,
    as_predicate,
    joined,
    split,
)
from couler_jupyter.dsl.texts import first_of

if TYPE_CHECKING:
    from couler_jupyter.dsl.node import Node
    from couler_jupyter.dsl.scope import Scope
    from couler_jupyter.ir import After, Condition


class Branch:
    """A block whose steps run only under a condition, and after some steps."""

    def __init__(
        self,
        scope: Scope,
        what: str,
        *,
        when: Condition | None = None,
        after: tuple[After, ...] = (),
        steps: Sequence[Node] = (),
    ) -> None:
        self._scope, self._when, self._after = scope, when, after
        self._steps = steps
        self._heard: list[Node] = []
        self._stack = ExitStack()
        place = here()
        at = "" if place is None else f" ({place})"
        scope.unused[self] = f"{what} has neither a function nor a with block{at}"

    def __enter__(self) -> None:
        self._scope.unused.pop(self, None)
        self._stack.enter_context(self._scope.undone_on_error())
        self._stack.enter_context(self._scope.under(self._when, self._after))
        self._heard = self._stack.enter_context(self._scope.hearing())

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            pairs = [(one, other) for one in self._steps for other in self._heard]
            self._scope.shared.edges += pairs
        self._stack.__exit__(kind, error, trace)


def when(
    condition: object,
    then: Callable[[], Any] | None = None,
    else_: Callable[[], Any] | None = None,
) -> Gives:
    """Have steps run only if a condition holds when the workflow runs.

    Args:
        condition: compares outputs (`score > 0.9`, `couler.equal(coin, "heads")`) or
            asks how steps ended (`train.failed`).
        then: adds the steps; without it, `with couler.when(condition):` does.
        else_: adds steps that run if it does not hold.

    Returns:
        What `then` returned; with `else_` the result of whichever branch ran.

    Raises:
        BuildFailed: no workflow is being written, or this is no condition.
    """
    scope = open_scope("when")
    test = as_predicate(condition)
    if then is None:
        if else_ is not None:
            raise misused("when has an else_ but nothing to do if the condition holds")
        return _branch(scope, test)
    check_callable("when", then)
    if else_ is not None:
        check_callable("when", else_)
    with scope.undone_on_error():
        with _branch(scope, test):
            given = then()
        if else_ is None:
            return given
        with _branch(scope, NotPredicate(test)):
            other = else_()
    both = isinstance(given, Handle) and isinstance(other, Handle)
    return first_of(given, other) if both else given


def after(dependencies: object, then: Callable[[], Any] | None = None) -> Gives:
    """Have steps wait for others, or for how they end.

    Args:
        dependencies: steps, names, `A.Failed || B.Succeeded` as text, or outcomes as
            `a.failed | b.succeeded`.
        then: adds the steps; without it, `with couler.after(...):` does.

    Returns:
        What `then` returned.

    Raises:
        BuildFailed: no workflow is being written, or it compares values.
    """
    scope = open_scope("after")
    named, steps = waits_for(dependencies, scope)
    branch = Branch(scope, "couler.after", after=named, steps=steps)
    if then is None:
        return branch
    check_callable("after", then)
    with branch:
        return then()


def concurrent(
    function_list: Sequence[Callable[[], Any]],
    subtasks: bool = False,
) -> list[Any]:
    """Run what some functions add at once: none of it waits for another.

    Args:
        function_list: functions that add steps.
        subtasks: whether what each adds is a workflow of its own.

    Returns:
        What the functions returned, in their order.

    Raises:
        BuildFailed: no workflow is being written, or something is no function.
    """
    scope = open_scope("concurrent")
    if not isinstance(function_list, list | tuple):
        raise misused(
            "concurrent takes a list of functions, as [lambda: a(), lambda: b()]"
        )
    for function in function_list:
        check_callable("concurrent", function)
    with scope.undone_on_error():
        if not subtasks:
            return [function() for function in function_list]
        return [_subtask(scope, function) for function in function_list]


def _subtask(scope: Scope, function: Callable[[], Any]) -> object:
    body, result = call_body(scope, named_after(function, "concurrent"), function)
    node, given = as_step(body, result, alone=False)
    return moved(given, node, scope.add(node))


def _branch(scope: Scope, test: Predicate) -> Branch:
    values, endings = split(test)
    condition = joined(*(value._condition(scope) for value in values))
    outcomes = tuple(ending._condition(scope) for ending in endings)
    return Branch(scope, "couler.when", when=condition, after=outcomes)
