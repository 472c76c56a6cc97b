"""Where values that only Python can hold go: as pickles, in artifacts beside parameters.

A pickle goes from what a function returns to the input of another, and through the inputs
and outputs of sub-workflows on the way. All other uses take text: items of a map, the
state of a repeat, conditions, texts that are put together, programs, exit handlers. What
is used so must be plain data, and the step that makes it fails where it is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeAlias

from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.engines.argo.structure.crossing import WHOLE, Crossing
from couler_jupyter.engines.argo.structure.gathering import gathered_steps
from couler_jupyter.engines.argo.structure.ports import is_wrapped
from couler_jupyter.engines.argo.templates import holds_python
from couler_jupyter.ir import (
    Function,
    Items,
    OutputParameter,
    OutputRef,
    ParameterRef,
    Step,
    SubWorkflow,
    Value,
    Workflow,
    leaves,
    output_of,
)
from couler_jupyter.ir.template import inputs_of
from couler_jupyter.ir.validate_template import texts_of

Ref: TypeAlias = OutputRef | ParameterRef
Exports: TypeAlias = Mapping[str, Mapping[str, str]]
_NONE: frozenset[str] = frozenset()


@dataclass(slots=True)
class Carried:
    """What of one workflow goes as pickles.

    Attributes:
        came: its parameters that have a pickle beside them.
        into: arguments of steps that have one, by step and port.
        left: its outputs that have one.
        plain: outputs of steps that must be plain data.
        needs: its parameters that must be plain data.
        inside: the same of its steps that are sub-workflows.
        asked: its outputs whose pickles are taken.
        used: its outputs that are used as plain data.
    """

    came: frozenset[str] = _NONE
    asked: frozenset[str] = _NONE
    used: frozenset[str] = _NONE
    into: dict[str, dict[str, Ref]] = field(default_factory=dict)
    left: dict[str, Ref] = field(default_factory=dict)
    plain: dict[str, set[str]] = field(default_factory=dict)
    needs: set[str] = field(default_factory=set)
    inside: dict[str, Carried] = field(default_factory=dict)

    @property
    def key(self) -> tuple[object, ...]:
        """What a template of the workflow depends on."""
        plain = tuple(sorted((k, *sorted(v)) for k, v in self.plain.items()))
        inside = tuple((name, one.key) for name, one in self.inside.items())
        return (self.came, tuple(self.left), plain, inside)


def carried_in(
    workflow: Workflow,
    exports: Exports = MappingProxyType({}),
    came: frozenset[str] = _NONE,
    asked: frozenset[str] = _NONE,
    plain: frozenset[str] = _NONE,
    *,
    crossing: Crossing = WHOLE,
) -> Carried:
    """Return what of a workflow goes as pickles.

    Args:
        workflow: the workflow.
        exports: outputs that exit handlers use, by step.
        came: its parameters that have a pickle beside them.
        asked: its outputs whose pickles are taken.
        plain: its outputs that are used as plain data.
        crossing: what comes from other parts of the workflow, and goes to them.
    """
    if not came and not crossing.makers and not _has_functions(workflow):
        return Carried(came, asked, plain)
    return _Reading(workflow, exports, came, crossing).carried(asked, plain)


def pickle_port(name: str) -> str:
    """Return what the artifact beside a parameter of a sub-workflow is called."""
    return f"{port_name(name)[:56]}-pickle"


class _Reading:
    """One workflow that is looked at."""

    def __init__(
        self,
        workflow: Workflow,
        exports: Exports,
        came: frozenset[str],
        crossing: Crossing = WHOLE,
    ) -> None:
        self._crossing = crossing
        self._workflow = workflow
        self._exports = exports
        self._gathered = gathered_steps(workflow, crossing.plain)
        self._found = Carried(came)
        self._found.plain |= {name: {*some} for name, some in crossing.plain.items()}
        self._asked: dict[str, set[str]] = {}
        self._inner: dict[str, _Reading] = {}
        for name in workflow.order:  # each asks those before it, which are known then
            if ports := dict(self._arguments(workflow.by_name[name])):
                self._found.into[name] = ports

    def carried(self, asked: frozenset[str], plain: frozenset[str]) -> Carried:
        """Return what goes as pickles; what comes last is looked at first."""
        found, steps = self._found, self._workflow.by_name
        found.asked, found.used = asked, plain
        for output in self._workflow.outputs:
            value = output.value
            if not isinstance(value, Ref) or not self._gives(value):
                self._used(value)
            elif output.name in asked:
                found.left[output.name] = value
                self._taken(value)
            if output.name in plain:
                self._used(value)
        for handler in self._workflow.exit_handlers:
            for value in handler.step.values():
                self._used(value)
        for name in reversed(self._workflow.order):
            self._look(steps[name])
        return found

    def _look(self, step: Step) -> None:
        ports = self._found.into.get(step.name, {})
        template = step.template
        if isinstance(template, SubWorkflow):
            inner = carried_in(
                template.workflow,
                came=frozenset(ports),
                asked=frozenset(self._asked.get(step.name, ())),
                plain=frozenset(self._found.plain.get(step.name, ())),
            )
            self._found.inside[step.name] = inner
            for port in inner.needs & ports.keys():
                self._used(ports[port])
        elif self._found.came:
            for text in texts_of(template):
                if not isinstance(text, str):
                    self._used(text)
        for ref in ports.values():
            self._taken(ref)
        for value in _values_but(step, ports):
            self._used(value)

    def _arguments(self, step: Step) -> Iterator[tuple[str, Ref]]:
        """Yield the arguments of a step that have a pickle beside them."""
        template = step.template
        if not isinstance(template, Function | SubWorkflow) or not step.arguments:
            return
        if step.name in self._gathered or self._is_wrapped(step):
            return
        ports = {one.name: one for one in inputs_of(template)}
        for one in step.arguments:
            port = ports[one.name]
            value = one.value
            if isinstance(value, Ref) and holds_python(port) and self._gives(value):
                yield one.name, value

    def _gives(self, ref: Ref) -> bool:
        if isinstance(ref, ParameterRef):
            return not ref.of_run and ref.name in self._found.came
        if ref in self._crossing.pickled:
            return True
        maker = self._workflow.by_name.get(ref.step)
        if maker is None or maker.loop is not None or maker.repeat is not None:
            return False
        if isinstance(maker.template, SubWorkflow):
            return not self._is_wrapped(maker) and self._gives_inside(maker, ref.name)
        output = output_of(maker, ref.name)
        is_function = isinstance(maker.template, Function)
        return (
            is_function and isinstance(output, OutputParameter) and holds_python(output)
        )

    def _gives_inside(self, maker: Step, name: str) -> bool:
        template = maker.template
        assert isinstance(template, SubWorkflow)
        reading = self._inner.get(maker.name)
        if reading is None:
            came = frozenset(self._found.into.get(maker.name, ()))
            reading = _Reading(template.workflow, MappingProxyType({}), came)
            self._inner[maker.name] = reading
        return any(
            isinstance(one.value, Ref) and reading._gives(one.value)
            for one in template.workflow.outputs
            if one.name == name
        )

    def _is_wrapped(self, step: Step) -> bool:
        return is_wrapped(step, self._exports.get(step.name, {}))

    def _is_of_no_items(self, ref: OutputRef) -> bool:
        maker = self._workflow.by_name.get(ref.step)
        return (
            maker is not None
            and maker.loop is not None
            and maker.loop.over == Items(())
        )

    def _taken(self, ref: Ref) -> None:
        if isinstance(ref, OutputRef):
            self._asked.setdefault(ref.step, set()).add(ref.name)

    def _used(self, value: Value) -> None:
        for leaf in leaves(value):
            if isinstance(leaf, OutputRef) and not self._is_of_no_items(leaf):
                self._found.plain.setdefault(leaf.step, set()).add(leaf.name)
            elif isinstance(leaf, ParameterRef) and not leaf.of_run:
                self._found.needs.add(leaf.name)


def _values_but(step: Step, ports: Mapping[str, Ref]) -> Iterator[Value]:
    """Yield what a step is given and asks, but for some arguments."""
    if not ports:
        yield from step.values()
        return
    left = tuple(one for one in step.arguments if one.name not in ports)
    yield from replace(step, arguments=left).values()


def _has_functions(workflow: Workflow) -> bool:
    for step in workflow.steps:
        template = step.template
        if isinstance(template, Function):
            return True
        if isinstance(template, SubWorkflow) and _has_functions(template.workflow):
            return True
    return False
