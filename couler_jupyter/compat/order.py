"""The order in which old scripts run: each step after the one called before it.

Functions given to `concurrent` start together, and so do branches of `when` on one
output; `dag` and `set_dependencies` say the order themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar

from couler_jupyter.dsl.node import Node
from couler_jupyter.dsl.scope import Scope

R = TypeVar("R")


@dataclass(slots=True)
class Line:
    """Where in its order a workflow, or a body in it, stands.

    Attributes:
        last: what the next step waits for.
        is_explicit: whether `dag` or `set_dependencies` has said some of the order.
        asked: what the last `when` asked about; `start`: what its branches wait for.
        passed: outputs that a step takes without naming them.
    """

    last: tuple[Node, ...] = ()
    is_explicit: bool = False
    asked: object = None
    start: tuple[Node, ...] = ()
    passed: tuple[object, ...] = ()

    @contextmanager
    def kept(self) -> Generator[None]:
        """Be as before if the block fails: what it added is taken back."""
        had = self.last, self.is_explicit, self.asked, self.start, self.passed
        try:
            yield
        except BaseException:
            self.last, self.is_explicit, self.asked, self.start, self.passed = had
            raise


def line_of(scope: Scope) -> Line:
    """Return where in its order a scope stands."""
    line: Line = scope.shared.remembered.setdefault((Line, scope), Line())
    return line


@contextmanager
def in_turn(scope: Scope) -> Generator[None]:
    """Have the steps that the block adds wait for what was called before."""
    line = line_of(scope)
    with line.kept(), scope.hearing() as heard:
        yield
        added = tuple(dict.fromkeys(heard))
        scope.shared.edges += [
            (one, other) for one in line.last for other in added if one is not other
        ]
        if added:
            line.last, line.asked = added, None


@contextmanager
def branching(scope: Scope, asked: object) -> Generator[None]:
    """Have the block start with other branches that ask about the same."""
    line = line_of(scope)
    with line.kept():
        joins = asked is not None and line.asked == asked
        ends = line.last if joins else ()
        start = line.start if joins else _start(line)
        line.last = start
        yield
        added = tuple(node for node in line.last if node not in start)
        line.last = (*ends, *added) or start
        line.asked, line.start = asked, start


def alike(scope: Scope, functions: Sequence[Callable[[], R]]) -> list[Callable[[], R]]:
    """Return functions whose steps start together, when they are called in their order."""
    line = line_of(scope)
    start = line.last
    ends: list[Node] = []

    def starting(function: Callable[[], R]) -> Callable[[], R]:
        @wraps(function)
        def call() -> R:
            line.last, line.asked = start, None
            given = function()
            ends.extend(node for node in line.last if node not in start)
            line.last = tuple(dict.fromkeys(ends)) or start
            return given

        return call

    return [starting(function) for function in functions]


def alone(scope: Scope, function: Callable[[], R]) -> Callable[[], R]:
    """Return a function whose first step waits for nothing but what it is told to."""
    line = line_of(scope)

    @wraps(function)
    def call() -> R:
        had = line.last
        line.last, line.asked = (), None
        try:
            return function()
        finally:
            line.last = had

    return call


@contextmanager
def told(scope: Scope) -> Generator[None]:
    """Have the block say the order itself; what is called later waits for its last step."""
    line = line_of(scope)
    with line.kept(), scope.hearing() as heard:
        line.is_explicit = True
        yield
        if heard:
            line.last, line.asked = (heard[-1],), None


def _start(line: Line) -> tuple[Node, ...]:
    """Return what a branch waits for beside what it asks about."""
    return () if line.is_explicit else line.last
