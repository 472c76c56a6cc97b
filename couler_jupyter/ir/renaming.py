"""Steps under other names: whatever names one of them, however deep, names the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from couler_jupyter.ir.condition import Ended
from couler_jupyter.ir.constant import Constant
from couler_jupyter.ir.parts import Parts
from couler_jupyter.ir.step import Step
from couler_jupyter.ir.template import SubWorkflow
from couler_jupyter.ir.value import OutputRef, StepRef

T = TypeVar("T")
_PLAIN = (str, int, float, type(None), Constant, SubWorkflow)


def renamed(step: Step, names: Mapping[str, str]) -> Step:
    """Return a step that waits for, and reads, steps that are called otherwise.

    Its own name stays, and so does its template, which names no steps.

    Args:
        step: what names them.
        names: the new name of each by its old one; all others stay.
    """
    if not names.keys() & {*step.dependencies, step.name}:
        return step
    after = (names.get(one, one) if isinstance(one, str) else one for one in step.after)
    kept = replace(step, after=tuple(dict.fromkeys(after)))
    changes = {
        field.name: rename_in(getattr(kept, field.name), names)
        for field in fields(step)
        if field.name not in {"name", "template", "origin"}
    }
    return replace(kept, **changes)


def rename_in(thing: T, names: Mapping[str, str]) -> T:
    """Return a value, a condition, parts or what holds some, with the steps named anew.

    Workflows inside it stay: their steps have names of their own.
    """
    if isinstance(thing, _PLAIN) or not names:
        return thing
    if isinstance(thing, tuple):
        return cast("T", tuple(rename_in(one, names) for one in thing))
    if isinstance(thing, Step):
        return cast("T", renamed(thing, names))
    if isinstance(thing, Parts):
        return cast("T", thing.renamed(names))
    if not is_dataclass(thing):
        return thing
    changes: dict[str, object] = {}
    if isinstance(thing, OutputRef | StepRef | Ended) and thing.step in names:
        changes["step"] = names[thing.step]
    else:
        for field in fields(thing):
            before = getattr(thing, field.name)
            if (after := rename_in(before, names)) != before:
                changes[field.name] = after
    return cast("T", replace(cast("Any", thing), **changes)) if changes else thing
