"""Steps that our own compiler put into a template of their own, as they were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from couler_jupyter.engines.argo.importing.lookup import Known
from couler_jupyter.engines.argo.importing.wrapping import Again, Wrapping
from couler_jupyter.engines.argo.reading.boolean import Unreadable
from couler_jupyter.engines.argo.reading.comparisons import Comparisons
from couler_jupyter.engines.argo.reading.expressions import read_expression
from couler_jupyter.engines.argo.reading.tags import Tag, read_text, read_value
from couler_jupyter.engines.argo.structure.scope import TURN
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    object_at,
    objects_at,
    text_at,
)
from couler_jupyter.ir import (
    AtLimit,
    Constant,
    Map,
    OutputRef,
    Repeat,
    Step,
    TurnRef,
    Value,
    output_names,
)

if TYPE_CHECKING:
    from couler_jupyter.engines.argo.importing.task import Called


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """What tags name in a template around a step.

    Attributes:
        around: what they name around it.
        step: the step; `outputs`: what it leaves behind.
        outputs: names of what it leaves behind.
        passed: what the template is given, by kind and name.
        items: whether there is an item.
    """

    around: Known
    step: str
    outputs: tuple[str, ...]
    passed: Mapping[tuple[str, str], Value]
    items: bool = False

    def __call__(self, tag: Tag) -> Value | None:
        """Return the value that a tag names."""
        if tag.expression:
            return read_expression(tag.name, self.named)
        return self.named(tuple(tag.name.split(".")))

    def named(self, path: tuple[str, ...]) -> Value | None:
        """Return the value that a variable is, by the parts of its name."""
        match path:
            case ("inputs", "parameters", name) if name == TURN:
                return TurnRef()
            case ("inputs", kind, name):
                return self.passed.get((kind, name))
            case ("tasks", step, "outputs", "result") if step == self.step:
                return OutputRef(step) if "result" in self.outputs else None
            case ("tasks", step, "outputs", _, name) if step == self.step:
                return OutputRef(step, name) if name in self.outputs else None
            case ("item", *_):
                return replace(self.around, items=self.items).named(path)
            case _:
                return self.around.named(path)


def within(called: Called, known: Known) -> Within:
    """Return what tags name in the template that a task runs."""
    given = object_at(called.node, "arguments")
    passed: dict[tuple[str, str], Value] = {}
    for one in objects_at(given, "parameters"):
        value = one.get("value")
        made = (
            read_value(value, known) if isinstance(value, str) else Constant.of(value)
        )
        passed["parameters", text_at(one, "name")] = made
    for one in objects_at(given, "artifacts"):
        if "from" in one:
            source = read_value(text_at(one, "from"), known)
            passed["artifacts", text_at(one, "name")] = source
    outputs = output_names(called.imported.template)
    return Within(around=known, step=called.name, outputs=outputs, passed=passed)


def rewrapped(step: Step, wrapping: Wrapping, inside: Within) -> Step:
    """Return a step with the repeat, or the bound, that the template around it is.

    Raises:
        NoWord: the IR has no word for its condition.
    """
    if wrapping.again is not None:
        return replace(step, repeat=_repeat(wrapping.again, inside))
    if step.loop is None:
        raise NoWord("it is mapped over what only Argo knows")
    return replace(
        step, loop=Map(over=step.loop.over, parallelism=wrapping.parallelism)
    )


def _repeat(again: Again, inside: Within) -> Repeat:
    try:
        condition = Comparisons(inside.named).condition(again.condition)
    except Unreadable as error:
        raise NoWord(f"a repeat: {error}") from None
    pause = "0" if again.pause is None else read_text(str(again.pause), inside)
    at_limit = AtLimit.FAIL if again.fails else AtLimit.ACCEPT
    return Repeat(
        condition=condition, limit=again.limit, at_limit=at_limit, pause=pause
    )
