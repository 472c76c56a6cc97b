"""A task of a DAG, or a step among steps, as a step of the IR."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

from couler_jupyter.engines.argo.importing.imported import Imported
from couler_jupyter.engines.argo.importing.lists import read_json_value
from couler_jupyter.engines.argo.importing.lookup import Known
from couler_jupyter.engines.argo.importing.loop import read_loop
from couler_jupyter.engines.argo.importing.storage import read_storage
from couler_jupyter.engines.argo.importing.wrapped import Within, rewrapped, within
from couler_jupyter.engines.argo.reading.constants import (
    constant_of,
    typed_constant,
)
from couler_jupyter.engines.argo.reading.tags import Lookup, Tag, read_value
from couler_jupyter.engines.argo.reading.when import read_when
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    object_at,
    objects_at,
    text_at,
)
from couler_jupyter.ir import (
    After,
    Argument,
    Condition,
    Constant,
    Extra,
    Function,
    Input,
    InputArtifact,
    InputParameter,
    Raw,
    Step,
    Storage,
    Value,
)
from couler_jupyter.ir.template import inputs_of


@dataclass(frozen=True, slots=True)
class Called:
    """A task with the template that it runs.

    Attributes:
        node: the object of the task.
        imported: what it runs.
        after: what it waits for.
    """

    node: Object
    imported: Imported
    after: tuple[After, ...] = ()

    @property
    def name(self) -> str:
        """How the task is called."""
        return text_at(self.node, "name")


def read_task(called: Called, known: Known, *, raw: bool = False) -> Step:
    """Return the step that a task is.

    Args:
        called: the task.
        known: what tags may name in it.
        raw: whether what it is given is taken as it is written.

    Raises:
        NoWord: something stands in it that no step has.
    """
    wrapping = called.imported.wrapping
    if wrapping is None:
        step = _step(called, called.node, known)
        return replace(step, arguments=_as_given(called)) if raw else step
    inside = within(called, known)
    step = rewrapped(_step(called, wrapping.task, inside), wrapping, inside)
    if "when" in called.node:
        step = replace(step, when=_when(called.node, known))
    return step


def _as_given(called: Called) -> tuple[Argument, ...]:
    return tuple(_arguments(called.imported, called.node, Known()))


def _step(called: Called, node: Object, known: Known | Within) -> Step:
    loop = read_loop(node, known)
    around = known if loop is None else replace(known, items=True)
    part = called.imported.part
    return Step(
        name=called.name,
        template=called.imported.template,
        arguments=tuple(_arguments(called.imported, node, around)),
        after=called.after,
        when=_when(node, around),
        loop=loop,
        retry=part.retry,
        timeout=part.timeout,
        cache=part.cache,
        daemon=part.daemon,
        extras=called.imported.extras,
    )


def template_form(name: str) -> Extra:
    """Return the extra that keeps the name of a template."""
    return Extra(
        engine="argo", path="template", value=Constant.of(name), ignorable=True
    )


def _when(node: Object, known: Lookup) -> Condition | None:
    text = text_at(node, "when")
    if not text.strip():
        return None
    return read_when(text, known) or Raw("argo", text)


def _arguments(imported: Imported, node: Object, known: Lookup) -> Iterator[Argument]:
    """Yield what the inputs are given; arguments without an input are left out."""
    inputs = {one.name: one for one in inputs_of(imported.template)}
    arguments = object_at(node, "arguments")
    function = isinstance(imported.template, Function)
    for one in objects_at(arguments, "parameters"):
        name = text_at(one, "name")
        if name in inputs and "value" in one:
            value = _parameter(one["value"], inputs[name], known, function=function)
            yield Argument(name, value)
    for one in objects_at(arguments, "artifacts"):
        name = text_at(one, "name")
        if isinstance(inputs.get(name), InputArtifact):
            given = _artifact(one, known)
            if given is not None:
                yield Argument(name, given)


def _parameter(given: object, port: Input, known: Lookup, *, function: bool) -> Value:
    if isinstance(given, str) and "{{" in given:
        return read_json_value(given, known) or read_value(given, known)
    if function and isinstance(port, InputParameter):
        return typed_constant(given, port.type)
    return constant_of(given)


def _artifact(node: Object, known: Lookup) -> Value | Storage | None:
    if "from" in node:
        return _source(text_at(node, "from"), known)
    if "fromExpression" in node:
        expression = text_at(node, "fromExpression")
        return known(Tag(expression, True, "")) or Raw("argo", f"{{{{={expression}}}}}")
    return read_storage(node, known)


def _source(text: str, known: Lookup) -> Value:
    inside = text.strip()
    if not inside.startswith("{{"):
        inside = f"{{{{{inside}}}}}"
    value = read_value(inside, known)
    if isinstance(value, Constant):
        raise NoWord("an artifact is taken from a text")
    return cast("Value", value)
