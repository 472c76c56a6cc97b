"""Outputs of steps that may be skipped: which they are, and what that means for others.

Tekton skips what uses a result of a skipped task, and what comes behind that. A task that
only comes behind one whose condition does not hold runs. So such outputs are kept on the
run's volume, too, and a task that comes behind looks which are there.

Source: https://tekton.dev/docs/pipelines/pipelines/#guard-task-execution-using-when-expressions
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from couler_jupyter.ir import (
    DictOf,
    FirstOf,
    Format,
    ListOf,
    OutputParameter,
    OutputRef,
    Step,
    Value,
    Workflow,
    leaves,
    output_of,
)


@dataclass(slots=True)
class Choosing:
    """What of a workflow may be missing in a run.

    Attributes:
        workflow: the workflow.
        kept: outputs of steps that something looks for where they are kept.
    """

    workflow: Workflow
    kept: frozenset[OutputRef] = field(init=False)
    _missing: dict[str, bool] = field(default_factory=dict[str, bool])

    def __post_init__(self) -> None:
        """Look for them."""
        values = [one for step in self._steps() for one in step.values()]
        values += [one.value for one in self.workflow.outputs]
        options = {ref for one in values for ref in _options(one)}
        refs = {leaf for one in values for leaf in leaves(one)}
        kept = {ref for ref in refs if isinstance(ref, OutputRef)}
        wanted = {ref for ref in kept if ref in options or self.has_default(ref)}
        self.kept = frozenset(ref for ref in wanted if self.is_conditional(ref.step))

    def is_conditional(self, name: str) -> bool:
        """Whether a step may be skipped by a condition of its own."""
        step = self.workflow.by_name.get(name)
        return step is not None and step.when is not None

    def has_default(self, ref: OutputRef) -> bool:
        """Whether an output is there even if its step was skipped."""
        if not self.is_conditional(ref.step):
            return False
        found = output_of(self.workflow.by_name[ref.step], ref.name)
        return isinstance(found, OutputParameter) and found.default is not None

    def may_miss(self, name: str) -> bool:
        """Whether a step takes what may be missing, so that all behind it is skipped."""
        if name not in self._missing:
            self._missing[name] = False
            step = self.workflow.by_name[name]
            self._missing[name] = any(map(self._misses, _straight(step)))
        return self._missing[name]

    def _misses(self, ref: OutputRef) -> bool:
        if self.has_default(ref):
            return False
        return self.is_conditional(ref.step) or self.may_miss(ref.step)

    def _steps(self) -> Iterator[Step]:
        yield from self.workflow.steps
        yield from (one.step for one in self.workflow.exit_handlers)


def _straight(step: Step) -> Iterator[OutputRef]:
    """Yield the outputs that a step cannot do without."""
    for value in step.values():
        yield from _needed(value)


def _needed(value: Value) -> Iterator[OutputRef]:
    match value:
        case OutputRef():
            yield value
        case FirstOf():
            return
        case _:
            for part in _parts(value):
                yield from _needed(part)


def _options(value: Value) -> Iterator[OutputRef]:
    """Yield the outputs that are one of several in a value."""
    if isinstance(value, FirstOf):
        yield from (one for one in value.options if isinstance(one, OutputRef))
    for part in _parts(value):
        yield from _options(part)


def _parts(value: Value) -> tuple[Value, ...]:
    match value:
        case FirstOf(options=options):
            return options
        case ListOf(items=items):
            return items
        case DictOf(items=pairs):
            return tuple(one for _, one in pairs)
        case Format(parts=parts):
            return tuple(one for one in parts if not isinstance(one, str))
        case _:
            return ()
