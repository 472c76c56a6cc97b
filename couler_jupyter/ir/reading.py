"""From the plain objects of a file to IR values, noting every fault and its place."""

from __future__ import annotations

import json
import math
from dataclasses import MISSING
from types import NoneType
from typing import Any, TypeAlias

from couler_jupyter.errors import InvalidWorkflow, Problem, TuningFault
from couler_jupyter.ir.constant import Constant, Json, is_unicode
from couler_jupyter.ir.name import nearest
from couler_jupyter.ir.shape import (
    TEMPLATES,
    AnyJson,
    Choice,
    OneOf,
    Pairs,
    Plain,
    Record,
    Sequence,
    Shape,
    slots_of,
)

Path: TypeAlias = tuple[Any, ...]
"""Where a value stands in the file: the path of its parent, then its own key."""

_INEXACT = 2**1000
_LONGEST_SHOWN = 60
_WORDS = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    NoneType: "null",
}


class Reader:
    """Turns plain objects into IR values and notes every fault with its place.

    Attributes:
        faults: what in the file is not of the right shape.
        problems: what is wrong with workflows that have the right shape.
    """

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.problems: list[Problem] = []
        self._templates: dict[str, Any] = {}
        self._unusable = 0

    def read_templates(self, templates: Json) -> None:
        """Read the shared templates, for steps to name."""
        if not isinstance(templates, dict):
            self._fault(("templates",), "must be an object", templates)
            return
        for name, body in templates.items():
            if not self._is_text_key(name, ("templates",)):
                continue
            self._templates[name] = self.read(TEMPLATES, body, (("templates",), name))

    def read(self, shape: Shape, value: Json, path: Path) -> Any:
        """Return the IR value of `shape` that `value` stands for; None at a fault."""
        match shape:
            case Plain(type=wanted):
                return self._plain(wanted, value, path)
            case Choice(type=words):
                if isinstance(value, str) and value in list(words):
                    return words(value)
                return self._fault(path, f"must be one of {', '.join(words)}", value)
            case AnyJson():
                return self._constant(value, path)
            case Sequence(item=item):
                if not isinstance(value, list):
                    return self._fault(path, "must be a list", value)
                return tuple(self.read(item, v, (path, i)) for i, v in enumerate(value))
            case Pairs(value=inner):
                if not isinstance(value, dict):
                    return self._fault(path, "must be an object", value)
                return self._pairs(inner, value, path)
            case Record(type=record):
                return self._record(record, value, path, tagged=False)
            case OneOf():
                return self._one_of(shape, value, path)

    def _plain(self, wanted: type, value: Json, path: Path) -> Any:
        if type(value) is wanted:
            if isinstance(value, float) and not math.isfinite(value):
                return self._fault(path, "must be a finite number", value)
            if isinstance(value, str) and not is_unicode(value):
                return self._fault(path, "must be Unicode text", value)
            return value
        if wanted is float and type(value) is int and abs(value) < _INEXACT:
            return float(value)
        if wanted is int and type(value) is float and value.is_integer():
            return int(value)
        return self._fault(path, f"must be {_WORDS[wanted]}", value)

    def _pairs(self, inner: Shape, value: dict[Any, Json], path: Path) -> Any:
        return tuple(
            (k, self.read(inner, v, (path, k)))
            for k, v in value.items()
            if self._is_text_key(k, path)
        )

    def _is_text_key(self, key: object, path: Path) -> bool:
        if isinstance(key, str) and is_unicode(key):
            return True
        self._fault(path, "must have text as its keys", key)
        return False

    def _constant(self, value: Json, path: Path) -> Any:
        try:
            return Constant.of(value)
        except (TypeError, ValueError) as error:
            return self._fault(path, f"must be a JSON value ({error})", value)

    def _one_of(self, shape: OneOf, value: Json, path: Path) -> Any:
        if isinstance(value, str) and shape.shared:
            if value in self._templates:
                template = self._templates[value]
                self._unusable += template is None
                return template
            hint = nearest(value, self._templates)
            return self._fault(path, f"is no template of this file{hint}", value)
        if not isinstance(value, dict):
            if type(value) in shape.plain:
                return self._plain(type(value), value, path)
            return self._fault(path, f"must be {_wanted(shape)}", value)
        kinds = shape.by_kind()
        kind = value.get("kind")
        if not isinstance(kind, str) or kind not in kinds:
            hint = nearest(kind if isinstance(kind, str) else "", kinds)
            return self._fault(
                (path, "kind"), f"is of no kind that goes here{hint}", kind
            )
        if kinds[kind] is not Constant:
            return self._record(kinds[kind], value, path, tagged=True)
        if value.keys() != {"kind", "value"}:
            return self._fault(path, "must have a kind and a value", value)
        return self._constant(value["value"], (path, "value"))

    def _record(self, record: type, value: Json, path: Path, *, tagged: bool) -> Any:
        if not isinstance(value, dict):
            return self._fault(path, "must be an object", value)
        before = self._trouble()
        parts: dict[str, Any] = {}
        slots = slots_of(record)
        for slot in slots:
            if slot.key in value:
                parts[slot.name] = self.read(
                    slot.shape, value[slot.key], (path, slot.key)
                )
            elif slot.default is MISSING:
                self.faults.append(f"{_place(path)}: {slot.key!r} is missing")
        if len(value) > len(parts) + tagged:
            known = {slot.key for slot in slots} | ({"kind"} if tagged else set())
            for key in value:
                if key not in known and self._is_text_key(key, path):
                    hint = nearest(key, known)
                    self.faults.append(
                        f"{_place(path)}: {_quoted(key)} is unknown{hint}"
                    )
        if self._trouble() > before:
            return None
        try:
            return record(**parts)
        except InvalidWorkflow as error:
            self.problems += error.problems
            return None
        except TuningFault as error:
            self.faults.append(f"{_place(path)}: {error}")
            return None

    def _trouble(self) -> int:
        return len(self.faults) + len(self.problems) + self._unusable

    def _fault(self, path: Path, what: str, value: Json) -> None:
        self.faults.append(f"{_place(path)}: {what}, not {_short(value)}")


def _short(value: Json) -> str:
    """A value in a few words: what is long or no JSON is told by its type alone."""
    if isinstance(value, dict):
        return f"an object of {len(value)}" if value else "an empty object"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}" if value else "an empty list"
    if value is not None and not isinstance(value, str | int | float):
        return f"a {type(value).__name__}"
    if isinstance(value, int) and abs(value) >= _INEXACT:
        return "so big a number"
    shown = json.dumps(value, ensure_ascii=not is_unicode(str(value)))
    return (
        shown if len(shown) <= _LONGEST_SHOWN else shown[: _LONGEST_SHOWN - 3] + "..."
    )


def _quoted(text: str) -> str:
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}...")


def _wanted(shape: OneOf) -> str:
    plain = [_WORDS[one] for one in shape.plain]
    return " or ".join([*plain, "an object with a kind"] if shape.records else plain)


def _place(path: Path) -> str:
    keys: list[Any] = []
    while len(path) == 2:
        path, key = path
        keys.append(key)
    text = str(path[0])
    for key in reversed(keys):
        text += f"[{key}]" if isinstance(key, int) else f".{key}"
    return text
