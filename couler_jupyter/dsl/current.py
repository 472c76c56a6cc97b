"""The workflow that is being written now: one per thread and asynchronous task."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.scope import Scope, State

_current: ContextVar[Scope | None] = ContextVar("couler_workflow", default=None)


def current_scope() -> Scope | None:
    """Return the workflow under construction; None where there is none."""
    scope = _current.get()
    return scope if scope is not None and scope.state is State.OPEN else None


def open_scope(call: str) -> Scope:
    """Return the workflow under construction.

    Args:
        call: what the user called, for the message.

    Raises:
        BuildFailed: there is none.
    """
    scope = current_scope()
    if scope is None:
        raise misused(
            f"{call} adds to a workflow, and none is being written; call it inside "
            "`with couler.workflow(NAME):` or in a %%couler cell"
        )
    return scope


@contextmanager
def entered(scope: Scope | None) -> Generator[None]:
    """Have what the block calls add to `scope`."""
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)


def go_on_with(scope: Scope) -> None:
    """Have what follows add to `scope`, until the block around it ends."""
    _current.set(scope)


def last_entered() -> Scope | None:
    """Return the scope that calls were last told to add to, whatever became of it."""
    return _current.get()
