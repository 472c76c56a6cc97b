"""Steps at once, under a condition, for each item, and again: the open SDK's syntax."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from couler_jupyter import dsl
from couler_jupyter.compat.current import adding
from couler_jupyter.compat.order import alike, branching, in_turn, line_of
from couler_jupyter.compat.predicates import asked_about
from couler_jupyter.compat.result import StepResult, again
from couler_jupyter.dsl.loops import check_callable
from couler_jupyter.dsl.of_step import OfStep
from couler_jupyter.dsl.origin import misused
from couler_jupyter.ir import name_fault

TURNS = 50
"""How often `exec_while` runs its steps at the most, if nothing else is said."""


def concurrent(
    function_list: Sequence[Callable[[], Any]], subtasks: bool = False
) -> list[Any]:
    """Run what some functions add at once.

    Args:
        function_list: functions that add steps; those of one run in their order.
        subtasks: whether what each adds is a workflow of its own.

    Returns:
        What the functions returned, in their order.

    Raises:
        BuildFailed: something is no function.
    """
    with adding() as scope:
        if not isinstance(function_list, list | tuple):
            raise misused("concurrent takes a list of functions")
        for function in function_list:
            check_callable("concurrent", function)
        if subtasks:
            with in_turn(scope):
                bodies = [_Body(function) for function in function_list]
                given = dsl.concurrent(bodies, subtasks=True)
                return [again(one) for one in given]
        with line_of(scope).kept():
            return dsl.concurrent(alike(scope, function_list))


def when(condition: object, function: Callable[[], Any]) -> object:
    """Have steps run only if a condition holds when the workflow runs.

    Args:
        condition: as `equal(result, "heads")`.
        function: adds the steps.

    Returns:
        What the function returned.

    Raises:
        BuildFailed: this is no condition, or no function.
    """
    with adding() as scope:
        check_callable("when", function)
        with branching(scope, asked_about(condition)):
            return dsl.when(condition, function)


def map_(function: Callable[..., Any], *arguments: object) -> object:
    """Run what a function adds once for each item of a list.

    Args:
        function: gets an item, known only when the workflow runs; an item that is a list
            in a list of such comes as a list.
        arguments: the items; of several lists the function gets one item each.

    Returns:
        What the function returned, with each output now a list.

    Raises:
        BuildFailed: there is nothing to map over, or the function adds no step.
    """
    with adding() as scope, in_turn(scope):
        check_callable("map", function)
        width = _width(arguments[0]) if len(arguments) == 1 else 0
        body = _Body(function, width=width)
        return body.given(dsl.map_(body, *arguments))


def exec_while(
    condition: object,
    inner_while: Callable[[], Any],
    *,
    limit: int = TURNS,
    at_limit: str = "fail",
) -> object:
    """Run what a function adds, and again while a condition holds of its result.

    Args:
        condition: with one side, as `equal("tails")`: the other is the first output of
            what the function returned.
        inner_while: adds the steps and returns the result of one.
        limit: turns at the most.
        at_limit: `fail` or `accept`, if the condition still holds after the last.

    Returns:
        The result as the last turn gave it.

    Raises:
        BuildFailed: the function adds or returns no step.
    """
    with adding() as scope, in_turn(scope):
        check_callable("exec_while", inner_while)
        body = _Body(inner_while, needed="exec_while")
        test: Any = condition
        return body.given(dsl.exec_while(test, body, limit=limit, at_limit=at_limit))


class _Body:
    """A function that adds steps, for an interface that takes one handle and no list.

    Attributes:
        result: the result it returned when it was called last, if it was one.
    """

    def __init__(
        self, function: Callable[..., Any], *, width: int = 0, needed: str = ""
    ) -> None:
        """Call `function`, with the parts of an item that is a list of `width`."""
        name = str(getattr(function, "__name__", ""))
        self.__name__ = name if name_fault(name) is None else "<steps>"
        self.result: StepResult | None = None
        self._function, self._width, self._needed = function, width, needed

    def __call__(self, *items: Any) -> object:  # noqa: ANN401 (handles of items)
        """Add the steps; return the first output instead of the list of all."""
        if self._width:
            items = ([items[0][place] for place in range(self._width)],)
        given = self._function(*items)
        if self._needed and given is None:
            raise misused(f"{self._needed}: the function returns no result of a step")
        self.result = given if isinstance(given, StepResult) else None
        return given[0] if isinstance(given, StepResult) else given

    def given(self, outside: object) -> object:
        """Return what it gave, as it is known outside of the loop."""
        own = self.result
        if (
            own is not None
            and isinstance(outside, OfStep)
            and outside._node is own.node
        ):
            return own
        return again(outside)


def _width(items: object) -> int:
    """Return how long each item is, where all are lists and as long; else 0."""
    if not isinstance(items, list | tuple) or not items:
        return 0
    widths = {len(item) if isinstance(item, list | tuple) else 0 for item in items}
    return widths.pop() if len(widths) == 1 else 0
