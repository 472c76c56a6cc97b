"""A function that writes a workflow, and workflows as steps of others."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from inspect import Parameter as PythonParameter
from typing import Any, TypeVar

from couler_jupyter.dsl.adding import add_step
from couler_jupyter.dsl.anything import Given, Gives
from couler_jupyter.dsl.box_options import BoxOptions
from couler_jupyter.dsl.closing import exported, rebound
from couler_jupyter.dsl.config import configure
from couler_jupyter.dsl.current import current_scope, entered
from couler_jupyter.dsl.finish import finished
from couler_jupyter.dsl.function_template import arguments_of
from couler_jupyter.dsl.known import Parameter
from couler_jupyter.dsl.options import read, step_name_in
from couler_jupyter.dsl.origin import misused, user_frame
from couler_jupyter.dsl.scope import Scope, Shared, State
from couler_jupyter.dsl.signature import Signature, signature_of
from couler_jupyter.ir import (
    Input,
    InputArtifact,
    InputParameter,
    SubWorkflow,
    ValueType,
    Workflow,
)

_USELESS = frozenset(BoxOptions.__annotations__) | {"inputs", "outputs"}
_VARIADIC = {PythonParameter.VAR_POSITIONAL, PythonParameter.VAR_KEYWORD}


AnInput = TypeVar("AnInput", InputParameter, InputArtifact)


class WorkflowFunction:
    """A function whose calls of steps are a workflow, its parameters the inputs.

    Called while another workflow is written, it is a step of that; called elsewhere,
    it gives the workflow with the arguments as its defaults.
    """

    def __init__(
        self, function: Callable[..., Any], name: str, options: Mapping[str, Any]
    ) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._name = name or str(getattr(function, "__name__", "")).strip("<>")
        self._options = dict(options)

    def __repr__(self) -> str:
        return f"<workflow {self._name!r}>"

    @property
    def workflow(self) -> Workflow:
        """The workflow, as the function writes it now.

        Raises:
            BuildFailed: the function does not write one.
            InvalidWorkflow: it is not well formed.
        """
        return self._written(Shared())[0]

    def __call__(self, *args: Given, **kwargs: Given) -> Gives:
        """Add the workflow as a step, or return it with these arguments as defaults.

        Raises:
            BuildFailed: the arguments do not fit, or the function writes no workflow.
            InvalidWorkflow: the workflow is not well formed.
        """
        scope = current_scope()
        if scope is None:
            return self._with_defaults(args, kwargs)
        return self.added(scope, args, kwargs, {})

    def added(
        self,
        scope: Scope,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        options: Mapping[str, Any],
    ) -> object:
        """Add the workflow as a step of `scope`, written once however often it is."""
        remembered = scope.shared.remembered
        if self not in remembered:
            shared = Shared(remembered=remembered, places=scope.shared.places)
            remembered[self] = self._written(shared)
        written, names = remembered[self]
        signature = self._signature()
        step = add_step(
            scope,
            base=self._name,
            step_name=step_name_in(options),
            template=sub_workflow(scope, written),
            arguments=arguments_of(signature.bind(args, kwargs), signature, scope),
            options=read(options, "run_workflow", but=_USELESS),
            frame=user_frame(),
        )
        return rebound(names, step._node)

    def _written(self, shared: Shared) -> tuple[Workflow, object]:
        """Return the workflow, and what the function returned by names of outputs."""
        signature = self._signature()
        code = getattr(self._function, "__code__", None)
        scope = Scope(self._name, bodies=() if code is None else (code,), shared=shared)
        configure(scope, self._options, "workflow")
        handles: dict[str, Parameter] = {}
        for name, one in signature.inputs.items():
            scope.inputs[name] = _taken(one)
            kind = one.type if isinstance(one, InputParameter) else None
            handles[name] = Parameter(scope, name, kind)
        with entered(scope):
            bound = signature.python.bind_partial()
            bound.arguments.update(handles)
            result = self._function(*bound.args, **bound.kwargs)
        names = exported(scope, result)
        try:
            return finished(scope), names
        finally:
            scope.state = State.CLOSED

    def _signature(self) -> Signature:
        signature = signature_of(self._function, self._name)
        for one in signature.python.parameters.values():
            if one.kind in _VARIADIC:
                raise misused(
                    f"workflow {self._name!r} takes *{one.name}; name its parameters"
                )
        return signature

    def _with_defaults(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Workflow:
        written = self.workflow
        if not args and not kwargs:
            return written
        signature = self._signature()
        bound = signature.bind(args, kwargs, partly=True)
        arguments = arguments_of(bound, signature, Scope(self._name))
        given: dict[str, Any] = {one.name: one.value for one in arguments}
        return replace(
            written,
            parameters=tuple(_default_in(one, given) for one in written.parameters),
            artifacts=tuple(_default_in(one, given) for one in written.artifacts),
        )


def _default_in(one: AnInput, given: Mapping[str, Any]) -> AnInput:
    return replace(one, default=given[one.name]) if one.name in given else one


def sub_workflow(scope: Scope, workflow: Workflow) -> SubWorkflow:
    """Return a workflow as a template, the same object for the same workflow."""
    remembered = scope.shared.remembered
    key = ("sub-workflow", id(workflow))
    if key not in remembered:
        remembered[key] = workflow, SubWorkflow(workflow=workflow)
    template: SubWorkflow = remembered[key][1]
    return template


def _taken(one: Input) -> Input:
    """Return a function's parameter as an input of a workflow: a workflow takes JSON."""
    if isinstance(one, InputArtifact) or one.type is not ValueType.PYTHON:
        return one
    return replace(one, type=ValueType.JSON)
