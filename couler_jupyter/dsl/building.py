"""The workflow that a whole cell or file writes, with or without a `with` block."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import Self, Unpack

from couler_jupyter.dsl.anything import Given
from couler_jupyter.dsl.config import WorkflowOptions, configure
from couler_jupyter.dsl.current import (
    entered,
    go_on_with,
    last_entered,
    open_scope,
)
from couler_jupyter.dsl.finish import finished
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.scope import Scope, State
from couler_jupyter.ir import Workflow


class Building:
    """What a cell or file has written, once it has run.

    Attributes:
        workflow: what it wrote; None if that is nothing, or several in a file.
        workflows: everything it wrote.
    """

    def __init__(self, name: str, options: Given, *, is_optional: bool) -> None:
        self.workflow: Workflow | None = None
        self.workflows: tuple[Workflow, ...] = ()
        self._options, self._is_optional = options, is_optional
        self._scope = Scope(name)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Start; calls of steps now add to this workflow."""
        self._scope.made = []
        self._scope.options = self._options
        configure(self._scope, self._options, "workflow")
        self._stack.enter_context(entered(self._scope))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End and check what was written; after an error nothing is left of it.

        Raises:
            BuildFailed: there are several workflows where there can be one.
            InvalidWorkflow: the workflow is not well formed.
        """
        scope = last_entered() or self._scope
        scope.state = State.CLOSED if error is None else State.DROPPED
        self._stack.__exit__(kind, error, trace)
        if error is None:
            self._end(scope, scope.made or [])

    def _end(self, scope: Scope, made: list[Workflow]) -> None:
        own = bool(scope.nodes or scope.handlers or scope.unused)
        if not self._is_optional and own and made:
            first = scope.nodes[0] if scope.nodes else None
            which = "a step" if first is None else f"step {first.name!r}"
            at = f" ({first.origin})" if first is not None and first.origin else ""
            raise misused(
                f"{which}{at} stands outside of the block of workflow {made[0].name!r}; "
                "put it into the block, or leave the block out"
            )
        if not self._is_optional and len(made) > 1:
            names = ", ".join(repr(one.name) for one in made)
            raise misused(f"this writes {len(made)} workflows ({names}); keep one")
        self.workflows = (*((finished(scope),) if own else ()), *made)
        if own or len(made) == 1:
            self.workflow = self.workflows[0]


def building(
    name: str = "workflow",
    *,
    optional: bool = False,
    **options: Unpack[WorkflowOptions],
) -> Building:
    """Collect the workflow that the code of a cell or file writes.

    A `with couler.workflow(...)` inside is the workflow, with `options` where it does
    not say otherwise; else all steps that are called are.

    Args:
        name: how the workflow is called if it does not say so itself.
        optional: whether several workflows, or steps beside them, are fine, too.
        options: see `WorkflowOptions`.
    """
    return Building(name, options, is_optional=optional)


def end_workflow() -> Workflow:
    """Finish what the cell or file has written so far; what follows is another workflow.

    Raises:
        BuildFailed: no cell or file is being collected, or a block is open.
        InvalidWorkflow: the workflow is not well formed.
    """
    scope = open_scope("end_workflow")
    if scope.made is None:
        raise misused(
            f"workflow {scope.title!r} ends with its own block, not in the middle of it"
        )
    workflow = finished(scope)
    fresh = Scope(scope.title)
    fresh.made, fresh.options = [*scope.made, workflow], scope.options
    configure(fresh, fresh.options, "workflow")
    scope.state = State.CLOSED
    go_on_with(fresh)
    return workflow
