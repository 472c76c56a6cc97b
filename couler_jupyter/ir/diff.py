"""What changed between two workflows, as values: steps, their fields, the workflow's.

Fields are compared as the dataclasses have them, so a new field of the IR is never
overlooked. What has a name is matched by its name, the rest by its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeAlias, cast, get_args

from couler_jupyter.ir.parts import Parts
from couler_jupyter.ir.renaming import rename_in, renamed
from couler_jupyter.ir.step import Step
from couler_jupyter.ir.value import Value
from couler_jupyter.ir.workflow import ExitHandler, Workflow


class Absent(Enum):
    """Stands where one side has nothing: not even None, which is a value."""

    ABSENT = "absent"


ABSENT = Absent.ABSENT
Part: TypeAlias = Any
"""Any value that an IR field holds, or `ABSENT`."""


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs.

    Attributes:
        path: where, as `template.resources.memory` or `arguments.data.value`.
        before: what stood there; `after`: what stands there now.
    """

    path: str
    before: Part
    after: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class StepChange:
    """One step that both workflows have, and how it differs.

    Attributes:
        name: what it is called now.
        was: what it was called.
        changes: its fields that differ; none for a step that only has another name.
    """

    name: str
    was: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """All that differs between two workflows; false if they are equal.

    Attributes:
        added: steps that only the second has.
        removed: steps that only the first has.
        changed: steps that both have, and that differ or have another name.
        workflow: what else differs, exit handlers among it.
    """

    added: tuple[Step, ...] = ()
    removed: tuple[Step, ...] = ()
    changed: tuple[StepChange, ...] = ()
    workflow: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything differs."""
        return bool(self.added or self.removed or self.changed or self.workflow)

    def __str__(self) -> str:
        """Return it as text: + for what is new, - for what is gone, ~ for the rest."""
        from couler_jupyter.ir.diff_text import lines_of

        return "\n".join(lines_of(self))


def diff_of(before: Workflow, after: Workflow) -> Diff:
    """Return what changed from `before` to `after`.

    A step that is the same but for its name counts as renamed, and references that
    follow the new name as unchanged. Where steps were written is no difference.
    """
    if before == after:
        return Diff()
    names = _renamed(before, after)
    former = {new: old for old, new in names.items()}
    kept = {**{name: name for name in before.by_name if name in after.by_name}, **names}
    return Diff(
        added=tuple(
            step
            for step in after.steps
            if step.name not in former and step.name not in before.by_name
        ),
        removed=tuple(step for step in before.steps if step.name not in kept),
        changed=tuple(_step_changes(before, after, names, former)),
        workflow=(
            *_workflow_changes(before, after, names),
            *_moves(before, after, kept),
        ),
    )


def _step_changes(
    before: Workflow, after: Workflow, names: dict[str, str], former: dict[str, str]
) -> Iterator[StepChange]:
    for step in after.steps:
        was = former.get(step.name, step.name)
        if was not in before.by_name:
            continue
        same = replace(rename_in(before[was], names), name=step.name)
        changes = tuple(_changes(same, step, ""))
        if changes or was != step.name:
            yield StepChange(name=step.name, was=was, changes=changes)


def _workflow_changes(
    before: Workflow, after: Workflow, names: dict[str, str]
) -> Iterator[Change]:
    for field in fields(Workflow):
        if field.name != "steps":
            left = rename_in(getattr(before, field.name), names)
            yield from _changes(left, getattr(after, field.name), field.name)


def _moves(before: Workflow, after: Workflow, kept: dict[str, str]) -> Iterator[Change]:
    old = tuple(kept[step.name] for step in before.steps if step.name in kept)
    present = set(old)
    new = tuple(step.name for step in after.steps if step.name in present)
    if old != new:
        yield Change("order of steps", old, new)


def _renamed(before: Workflow, after: Workflow) -> dict[str, str]:
    """Find steps that are equal but for their names, those they wait for first."""
    free: dict[Step, list[str]] = {}
    for step in after.steps:
        if step.name not in before.by_name:
            free.setdefault(_nameless(step, {}), []).append(step.name)
    names: dict[str, str] = {}
    for step in before:
        if step.name in after.by_name or not free:
            continue
        if same := free.get(_nameless(step, names)):
            names[step.name] = same.pop(0)
    return names


def _nameless(step: Step, names: dict[str, str]) -> Step:
    return replace(renamed(step, {**names, step.name: ""}), name="")


_VALUES = get_args(Value)


def _changes(before: Part, after: Part, path: str) -> Iterator[Change]:
    """Yield the smallest parts that differ; exactly none where both are equal."""
    if before == after:
        return
    if isinstance(before, tuple) and isinstance(after, tuple):
        yield from _tuple_changes(before, after, path)
    elif _splits(before, after):
        for field in fields(cast("Any", before)):
            if field.compare:
                left, right = getattr(before, field.name), getattr(after, field.name)
                here = _join(path, field.name)
                if isinstance(before, Parts) and left != right:
                    yield Change(here, left, right)
                else:
                    yield from _changes(left, right, here)
    else:
        yield Change(path, before, after)


def _splits(before: Part, after: Part) -> bool:
    alike = type(before) is type(after) and is_dataclass(before)
    return alike and not isinstance(before, _VALUES)


def _tuple_changes(
    before: tuple[Part, ...], after: tuple[Part, ...], path: str
) -> Iterator[Change]:
    old, new = _by_key(before), _by_key(after)
    if old is None or new is None:
        if len(before) != len(after):
            yield Change(path, before, after)
            return
        for index, (left, right) in enumerate(zip(before, after, strict=True)):
            yield from _changes(left, right, f"{path}[{index}]")
        return
    for key in dict.fromkeys((*old, *new)):
        left, right = old.get(key, ABSENT), new.get(key, ABSENT)
        yield from _changes(left, right, _join(path, key))
    common = tuple(key for key in old if key in new)
    moved = tuple(key for key in new if key in old)
    if common != moved:
        yield Change(f"order of {path}", common, moved)


def _by_key(items: tuple[Part, ...]) -> dict[str, Part] | None:
    """Return items by their names, if all of them have one and no two the same."""
    keyed: dict[str, Part] = {}
    for item in items:
        key = _key_of(item)
        if key is None:
            return None
        keyed[key] = item[1] if isinstance(item, tuple) else item
    return keyed if len(keyed) == len(items) else None


def _key_of(item: Part) -> str | None:
    match item:
        case (str(key), _):
            return key
        case ExitHandler(step=step):
            return step.name
        case _ if isinstance(item, _VALUES) or not is_dataclass(item):
            return None
        case _:
            name: object = getattr(item, "name", None)
            return name if isinstance(name, str) else None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
