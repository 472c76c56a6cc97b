"""`with couler.workflow(NAME)`: the block in which a workflow is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from types import CodeType, TracebackType
from typing import Any, Self, Unpack, overload

from couler_jupyter.dsl.closing import as_step
from couler_jupyter.dsl.config import WorkflowOptions, configure
from couler_jupyter.dsl.current import current_scope, entered
from couler_jupyter.dsl.finish import finished
from couler_jupyter.dsl.of_step import Output
from couler_jupyter.dsl.origin import misused, user_frame
from couler_jupyter.dsl.scope import Scope, State
from couler_jupyter.dsl.step_output import StepOutput
from couler_jupyter.dsl.workflow_function import WorkflowFunction
from couler_jupyter.ir import Workflow


class WorkflowBlock:
    """A workflow that is written inside a `with` block and is there after it.

    Inside the block of another workflow it becomes a step of that.
    """

    def __init__(self, name: str, options: Mapping[str, Any]) -> None:
        self._name, self._options = name, dict(options)
        self._stack = ExitStack()
        self._around: Scope | None = None
        self._scope: Scope | None = None
        self._step: StepOutput | None = None
        self._workflow: Workflow | None = None

    def __repr__(self) -> str:
        return f"<workflow {self._name!r}>"

    @property
    def name(self) -> str:
        """What the workflow is called."""
        return self._name if self._scope is None else self._scope.title

    @property
    def is_written(self) -> bool:
        """Whether its block has ended well, and it is no step of another."""
        return self._workflow is not None

    @property
    def workflow(self) -> Workflow:
        """The workflow, once the block has ended.

        Raises:
            BuildFailed: it has not ended, it failed, or it is a step of another.
        """
        if self._workflow is None:
            raise misused(
                f"workflow {self.name!r} is there once its with block has ended well"
            )
        return self._workflow

    @property
    def step(self) -> StepOutput:
        """The step that it is of the workflow around it.

        Raises:
            BuildFailed: there is none around it, or the block has not ended.
        """
        if self._step is None:
            raise misused(f"workflow {self.name!r} is no step of another workflow")
        return self._step

    def output(self, name: str) -> Output:
        """Return an output of the step that it is; `couler.set_output` makes one.

        Raises:
            BuildFailed: it is no step, or has no such output.
        """
        return self.step.output(name)

    def __call__(self, function: Callable[..., Any]) -> WorkflowFunction:
        """Make a function a workflow: `@couler.workflow("name", timeout="1h")`."""
        return WorkflowFunction(function, self._name, self._options)

    def __enter__(self) -> Self:
        """Start the workflow.

        Raises:
            BuildFailed: an option makes no sense, or the block was entered before.
        """
        if self._scope is not None:
            raise misused(f"the block of workflow {self.name!r} was entered before")
        self._around = around = current_scope()
        scope = self._started(around)
        configure(scope, self._options, "workflow")
        self._scope = scope
        if scope.parent is not None:
            self._stack.enter_context(scope.parent.undone_on_error())
        self._stack.enter_context(entered(scope))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the workflow and check it; after an error nothing is left of it.

        Raises:
            BuildFailed: a step was written wrongly.
            InvalidWorkflow: the workflow is not well formed.
        """
        scope = self._scope
        if scope is None:
            raise AssertionError("a block ends after it was entered")
        if error is not None:
            scope.state = State.DROPPED
            self._stack.__exit__(kind, error, trace)
            return
        with self._stack, scope.dropped_on_error():
            self._end(scope)

    def _started(self, around: Scope | None) -> Scope:
        """Return the scope of the block: of its own, or inside the one around it."""
        bodies = list(_running())
        if around is None or around.made is None:
            return Scope(self._name or "workflow", parent=around, bodies=bodies)
        scope = Scope(self._name or around.title, bodies=bodies)
        scope.config |= around.config
        scope.inputs |= around.inputs
        scope.volumes |= around.volumes
        return scope

    def _end(self, scope: Scope) -> None:
        if scope.parent is not None:
            if not scope.nodes:
                raise misused(f"workflow {scope.title!r} has no steps")
            node, _ = as_step(scope, None, alone=False)
            self._step = StepOutput(scope.parent.add(node))
            return
        self._workflow = finished(scope)
        scope.state = State.CLOSED
        if self._around is not None and self._around.made is not None:
            self._around.made.append(self._workflow)


@overload
def workflow(name: Callable[..., Any], /) -> WorkflowFunction: ...


@overload
def workflow(name: str = "", **options: Unpack[WorkflowOptions]) -> WorkflowBlock: ...


def workflow(
    name: str | Callable[..., Any] = "", **options: Unpack[WorkflowOptions]
) -> WorkflowBlock | WorkflowFunction:
    """Write a workflow: as a `with` block, or as a function that is decorated.

        with couler.workflow("pick-best", parallelism=2) as wf:
            data = load()
            train("forest", data)
        wf.workflow

    Args:
        name: how it is called.
        options: see `WorkflowOptions`.

    Raises:
        BuildFailed: the name is no text.
    """
    if isinstance(name, str):
        return WorkflowBlock(name, options)
    if not callable(name):
        raise misused(f"workflow is given {name!r}, which is no name")
    return WorkflowFunction(name, "", options)


def _running() -> Iterator[CodeType]:
    """Yield the functions that run already as a block begins: they name no step."""
    frame = user_frame()
    while frame is not None:
        yield frame.f_code
        frame = frame.f_back
