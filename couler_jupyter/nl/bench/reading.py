"""Tasks from their files."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from importlib.resources import files
from typing import Any, TypeVar

from couler_jupyter.errors import UnknownName
from couler_jupyter.ir import Json
from couler_jupyter.nl.bench.shape import shape_of
from couler_jupyter.nl.bench.task import Each, Facts, Scenario, Task, While, Whole

CLASSES = (
    "chain",
    "diamond",
    "map",
    "condition",
    "while",
    "exit_handler",
    "artifacts",
    "secrets_volumes",
    "ml_sweep",
    "comparison",
    "schedule",
    "sql",
    "engines",
    "impossible",
)
T = TypeVar("T")


def read_tasks(classes: Iterable[str] = ()) -> tuple[Task, ...]:
    """Return the tasks of some classes, or of all.

    Raises:
        UnknownName: there is no such class.
    """
    found: list[Task] = []
    for kind in classes or CLASSES:
        if kind not in CLASSES:
            raise UnknownName("class of tasks", kind, CLASSES)
        place = files("couler_jupyter.nl") / "bench" / "tasks" / f"{kind}.toml"
        tables = tomllib.loads(place.read_text("utf-8"))["task"]
        found += [_task(table, kind) for table in tables]
    return tuple(found)


def _task(table: dict[str, Any], kind: str) -> Task:
    steps = {label: _made(Facts, one) for label, one in table.pop("steps", {}).items()}
    return _made(
        Task,
        {
            **table,
            "kind": kind,
            "shape": shape_of(table.get("shape", "")),
            "maps": [_made(Each, one) for one in table.get("maps", ())],
            "whiles": [_made(While, one) for one in table.get("whiles", ())],
            "steps": steps,
            "whole": _made(Whole, table.get("whole", {})),
            "runs": [_scenario(one) for one in table.get("runs", ())],
        },
    )


def _scenario(table: Mapping[str, Json]) -> Scenario:
    named = {"given" if name == "with" else name: table[name] for name in table}
    return _made(Scenario, named)


def _made(kind: type[T], table: Mapping[str, Any]) -> T:
    """Return a value whose fields a table has; keys that it has not are errors."""
    known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
    named = {key.replace("-", "_"): value for key, value in table.items()}
    if unknown := named.keys() - known:
        raise ValueError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    return kind(**{key: _frozen(value) for key, value in named.items()})


def _frozen(value: Json) -> Json:
    if isinstance(value, list):
        return tuple(map(_frozen, value))
    if isinstance(value, dict):
        return {key: _frozen(one) for key, one in value.items()}
    return value
