"""Every field of every value in a workflow: where it stands, and the workflow without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeAlias

from couler_jupyter.ir import Workflow

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """One field of one value in a workflow.

    Attributes:
        path: how to get there from the workflow: fields, and indices of tuples.
        field: `Type.field`.
        value: what stands there.
        default: what stands there when nobody says; `dataclasses.MISSING` if all must.
    """

    path: Path
    field: str
    value: Any
    default: Any


def places(part: object, path: Path = ()) -> Iterator[Place]:
    """Yield every field that makes a difference, outermost first."""
    if isinstance(part, tuple):
        for index, item in enumerate(part):
            yield from places(item, (*path, index))
    elif is_dataclass(part) and not isinstance(part, type):
        for field in fields(part):
            if field.compare:
                value, here = getattr(part, field.name), (*path, field.name)
                kind = f"{type(part).__name__}.{field.name}"
                yield Place(here, kind, value, field.default)
                yield from places(value, here)


def changed(workflow: Workflow, path: Path, value: object) -> Workflow:
    """Return `workflow` with `value` at `path`.

    Raises:
        InvalidWorkflow: it is not well formed with that.
    """
    made: Workflow = _changed(workflow, path, value)
    return made


def _changed(part: Any, path: Path, value: object) -> Any:
    if not path:
        return value
    key, *rest = path
    if isinstance(key, int):
        inner = _changed(part[key], tuple(rest), value)
        return (*part[:key], inner, *part[key + 1 :])
    return replace(part, **{key: _changed(getattr(part, key), tuple(rest), value)})
