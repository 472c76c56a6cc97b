"""From IR values to the plain objects of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from couler_jupyter.ir.constant import Constant, Json
from couler_jupyter.ir.shape import (
    AnyJson,
    Choice,
    OneOf,
    Pairs,
    Plain,
    Record,
    Sequence,
    Shape,
    kind_of,
    slots_of,
)
from couler_jupyter.ir.step import Step
from couler_jupyter.ir.template import SubWorkflow, Template
from couler_jupyter.ir.workflow import Workflow


class Writer:
    """Turns IR values into plain objects; templates that are used often stand once."""

    def __init__(self, workflow: Workflow | None = None) -> None:
        """Make a writer of `workflow`, or of values that hold no templates."""
        self._names = {} if workflow is None else shared_names(workflow)
        self._by_id: dict[int, str | None] = {}

    def templates(self) -> dict[str, Json]:
        """Return the shared templates by their names."""
        return {
            name: self._record(
                type(template), template, {"kind": kind_of(type(template))}
            )
            for template, name in self._names.items()
        }

    def write(self, shape: Shape, value: Any) -> Json:
        """Return `value`, which has `shape`, as a plain object."""
        match shape:  # the most frequent first
            case OneOf():
                return self._one_of(shape, value)
            case Sequence(item=item):
                return [self.write(item, one) for one in value]
            case Plain(type=plain):
                return _number(value) if plain is float else value
            case Record(type=record):
                return self._record(record, value, {})
            case Choice():
                return value.value
            case AnyJson():
                return value.value
            case Pairs(value=inner):
                return {key: self.write(inner, one) for key, one in value}

    def _one_of(self, shape: OneOf, value: Any) -> Json:
        kind = type(value)
        if kind is Constant:
            return {"kind": "constant", "value": value.value}
        if kind not in shape.records:
            return value
        if (
            kind is not SubWorkflow
            and shape.shared
            and (name := self._name(value)) is not None
        ):
            return name
        return self._record(kind, value, {"kind": kind_of(kind)})

    def _name(self, template: Template) -> str | None:
        key = id(template)
        if key not in self._by_id:
            self._by_id[key] = self._names.get(template)
        return self._by_id[key]

    def _record(
        self, record: type, value: Any, out: dict[str, Json]
    ) -> dict[str, Json]:
        for name, key, default, kind, shape in _fields_of(record):
            part = getattr(value, name)
            if part is default or (kind is type(part) and part == default):
                continue
            if type(part) is str and type(shape) is Plain:  # most are: no detour
                out[key] = part
            else:
                out[key] = self.write(shape, part)
        return out


@cache
def _fields_of(record: type) -> tuple[tuple[str, str, Any, type, Shape], ...]:
    """Return of each field its name, its key, its default with its type, and its shape."""
    return tuple(
        (one.name, one.key, one.default, type(one.default), one.shape)
        for one in slots_of(record)
    )


def _number(value: float) -> float:
    """Write 5 and 5.0 alike, so that equal workflows are equal text."""
    return int(value) if float(value).is_integer() else value


def shared_names(workflow: Workflow) -> dict[Template, str]:
    """Return the templates that several steps use, each with a name for the file.

    Equal templates are one. The name is that of the first step that uses it.
    """
    first: dict[Template, str] = {}
    names: dict[Template, str] = {}
    numbers: Counter[str] = Counter()
    taken: set[str] = set()
    seen: dict[int, Template] = {}
    for step in _all_steps(workflow):
        known = seen.get(id(step.template))
        if known is None:
            known = seen[id(step.template)] = step.template
            if step.template not in first:
                first[step.template] = step.name
                continue
        if known not in names:
            names[known] = _free(first[known], numbers, taken)
    return names


def _all_steps(workflow: Workflow) -> Iterator[Step]:
    for step in (*workflow.steps, *(h.step for h in workflow.exit_handlers)):
        if isinstance(step.template, SubWorkflow):
            yield from _all_steps(step.template.workflow)
        else:
            yield step


def _free(name: str, numbers: Counter[str], taken: set[str]) -> str:
    free = name
    while free in taken:
        numbers[name] += 1
        free = f"{name}-{numbers[name] + 1}"
    taken.add(free)
    return free
