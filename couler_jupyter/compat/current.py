"""The workflow that calls at the top of a script add to, without a `with` block.

Inside `couler run`, `couler export`, a `%%couler` cell or a `with couler.workflow` block it
is the workflow collected there. Otherwise it belongs to the script or notebook cell that
runs: the next cell, and the same cell run again, start with nothing. A script that ends
without submitting what it wrote prints it, as Argo's YAML.
"""

from __future__ import annotations

import atexit
import sys
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any, TypeVar

from couler_jupyter.dsl.building import end_workflow
from couler_jupyter.dsl.current import current_scope, entered
from couler_jupyter.dsl.finish import finished
from couler_jupyter.dsl.origin import misused, user_frame
from couler_jupyter.dsl.scope import Scope, State
from couler_jupyter.ir import Workflow, name_fault

T = TypeVar("T")

_WHOLE = ("<module", "<cell")
"""How the code of a whole script or cell is called."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A script or cell that runs.

    Attributes:
        file: what Python calls it.
        code: all of a script; of a cell it is one statement at a time.
        turn: the number of the cell's execution; None for a script.
    """

    file: str = ""
    code: CodeType | None = None
    turn: int | None = None

    def is_same(self, other: _Place) -> bool:
        """Return whether the other is the same run of the same script or cell."""
        if self.turn is None:
            return self.code is other.code
        return (self.file, self.turn) == (other.file, other.turn)


@dataclass(slots=True)
class _Writing:
    """What a script or cell writes: its place, and the workflow under construction."""

    place: _Place
    scope: Scope


_writing: ContextVar[_Writing | None] = ContextVar("couler_compat", default=None)


@contextmanager
def adding() -> Generator[Scope]:
    """Have what the block calls add to the workflow of the script or cell."""
    scope = current_scope()
    if scope is not None:
        yield scope
        return
    writing = _own()
    with entered(writing.scope):
        yield writing.scope


def root_of(scope: Scope) -> Scope:
    """Return the whole workflow that a body stands in."""
    while scope.parent is not None:
        scope = scope.parent
    return scope


def remembered(scope: Scope, kind: type[T]) -> T:
    """Return what is remembered with a whole workflow, of a kind, made when first asked."""
    found: T = root_of(scope).shared.remembered.setdefault(_key(kind), kind())
    return found


def written() -> Workflow:
    """Return the workflow as it is so far; it goes on.

    Raises:
        BuildFailed: there is no step yet.
        InvalidWorkflow: it is not well formed.
    """
    with adding() as scope:
        _check(scope)
        return finished(root_of(scope))


def is_collected() -> bool:
    """Return whether somebody else collects the workflow, to run it or to show it."""
    return current_scope() is not None


def ended(keep: type[Any]) -> Workflow:
    """Return the workflow, finished: what follows is another one.

    Args:
        keep: what is remembered with the workflow and holds for the next as well.

    Raises:
        BuildFailed: there is no step, or a `with` block is open.
        InvalidWorkflow: it is not well formed.
    """
    scope = current_scope()
    if scope is not None:
        _check(scope)
        workflow = end_workflow()
        after = current_scope()
        if after is not None:
            after.shared.remembered[_key(keep)] = remembered(scope, keep)
        return workflow
    writing = _own()
    _check(writing.scope)
    before = writing.scope
    writing.scope = Scope(before.title)
    writing.scope.shared.remembered[_key(keep)] = remembered(before, keep)
    before.state = State.CLOSED
    return finished(before)


def forget() -> None:
    """Forget all that the script or cell has written and not submitted."""
    if current_scope() is not None:
        raise misused(
            "_cleanup() has no use here: this workflow is the cell's or the block's, and "
            "nothing of it is left when that ends"
        )
    writing = _own()
    writing.scope.state = State.DROPPED
    writing.scope = Scope(_title(writing.place))


def _key(kind: type[object]) -> tuple[str, str]:
    return __name__, kind.__qualname__


def _own() -> _Writing:
    place = _place()
    writing = _writing.get()
    if writing is None or not writing.place.is_same(place):
        writing = _Writing(place, Scope(_title(place)))
        _writing.set(writing)
        if place.file and place.file == _program():
            atexit.register(_print, writing)
    return writing


def _program() -> str | None:
    """Return the script that Python was started with."""
    return getattr(sys.modules.get("__main__"), "__file__", None)


def _print(writing: _Writing) -> None:
    """Print what a script has written and not submitted, unless it has failed."""
    from couler_jupyter.compat.submitting import yaml_of

    if writing.scope.nodes and not hasattr(sys, "last_type"):
        sys.stdout.write(yaml_of(finished(writing.scope)))


def _place() -> _Place:
    """Return the script or cell from which the user's call comes."""
    frame = user_frame()
    while frame is not None and not frame.f_code.co_name.startswith(_WHOLE):
        frame = frame.f_back
    if frame is None:
        return _Place()
    shell: Any = frame.f_globals.get("get_ipython")
    turn = None if shell is None else getattr(shell(), "execution_count", None)
    return _Place(frame.f_code.co_filename, frame.f_code, turn)


def _title(place: _Place) -> str:
    """Return the name of a script's file; of a cell's there is none to use."""
    path = Path(place.file)
    is_script = place.turn is None and path.suffix == ".py"
    return path.stem if is_script and name_fault(path.stem) is None else "workflow"


def _check(scope: Scope) -> None:
    if not root_of(scope).nodes:
        raise misused(
            "no step was added in this script or cell; a notebook's cell has a workflow of "
            "its own, so write all of one in one cell"
        )
