"""What a step can be given: constants, references, and texts made of both."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias, assert_never

Json: TypeAlias = Any
"""A value that JSON can say; `Any` because Python's types cannot."""

DEEPEST = 50
"""Levels that constants, values and conditions may nest; files and stacks have ends."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A JSON value, held as its one compact text so that it is frozen and comparable.

    >>> Constant.of([1, 2.5, "x"]).value
    [1, 2.5, 'x']

    Raises:
        ValueError: the text is not what `Constant.of` writes.
    """

    json: str

    def __post_init__(self) -> None:
        """Reject text that is no JSON, or is not written in the one way."""
        try:
            good = _compact(json.loads(self.json)) == self.json
        except (ValueError, RecursionError):
            good = False
        if not good:
            raise ValueError(f"{self.json[:40]!r} is no compact JSON; use Constant.of")

    @classmethod
    def of(cls, value: Json) -> Constant:
        """Return the constant for `value`.

        Raises:
            TypeError: JSON has no word for it.
            ValueError: it holds a number that is not finite, text that is no Unicode,
                or is nested too deeply.
        """
        made = object.__new__(cls)
        object.__setattr__(made, "json", _compact(value))
        return made

    @property
    def value(self) -> Json:
        """The value as Python has it; a fresh object each time."""
        return json.loads(self.json)


@dataclass(frozen=True, slots=True)
class OutputRef:
    """The output `name` of step `step`; using one makes a dependency.

    Of a mapped step it is the list of what the items gave, in their order.
    """

    step: str
    name: str = "result"


@dataclass(frozen=True, slots=True)
class ParameterRef:
    """An input, parameter or artifact, of the workflow that the step stands in."""

    name: str


@dataclass(frozen=True, slots=True)
class InputRef:
    """An input parameter of the template it is written in."""

    name: str


@dataclass(frozen=True, slots=True)
class PathRef:
    """Where an input or output of the template it is written in lies as a file."""

    name: str
    output: bool = False


@dataclass(frozen=True, slots=True)
class ItemRef:
    """The item a mapped step is at, or a part of it (`path` of keys and indices)."""

    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class TurnRef:
    """The turn a repeated step is at; the first is 1."""


class StepField(StrEnum):
    """What can be known of a step beside its outputs."""

    PHASE = "phase"
    EXIT_CODE = "exit-code"
    ADDRESS = "address"
    STARTED = "started"
    FINISHED = "finished"
    ID = "id"


@dataclass(frozen=True, slots=True)
class StepRef:
    """A fact about step `step`; using one makes a dependency.

    `ADDRESS` is where a daemon step listens (a host name or an IP address).
    """

    step: str
    field: StepField


class RunField(StrEnum):
    """What can be known of the run itself."""

    WORKFLOW = "workflow"
    RUN = "run"
    ID = "id"
    STATUS = "status"
    FAILURES = "failures"
    DURATION = "duration"
    STARTED = "started"
    SCHEDULED = "scheduled"
    PRIORITY = "priority"
    NAMESPACE = "namespace"
    SERVICE_ACCOUNT = "service-account"

    @property
    def at_end(self) -> bool:
        """Whether only exit handlers can know it."""
        return self in (RunField.STATUS, RunField.FAILURES, RunField.DURATION)


@dataclass(frozen=True, slots=True)
class RunRef:
    """A fact about the run; `STATUS`, `FAILURES` and `DURATION` in exit handlers."""

    field: RunField


class AttemptField(StrEnum):
    """What can be known of the last attempt of a step that may be retried."""

    NUMBER = "number"
    EXIT_CODE = "exit-code"
    PHASE = "phase"
    DURATION = "duration"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class AttemptRef:
    """A fact about an attempt: `NUMBER` in templates, all in `Retry.when`."""

    field: AttemptField


@dataclass(frozen=True, slots=True)
class GlobalRef:
    """An output that some step of the run made known under a global name."""

    name: str


@dataclass(frozen=True, slots=True)
class Raw:
    """An expression in one engine's own language, kept as it is written."""

    engine: str
    text: str


@dataclass(frozen=True, slots=True)
class Format:
    """A text put together from plain text and values, each rendered as text."""

    parts: tuple[str | Value, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of values, each known when the step starts."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class DictOf:
    """A mapping from text to values, each known when the step starts."""

    items: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class FirstOf:
    """The first of these that exists: how the branches of a condition join."""

    options: tuple[Value, ...]


Value: TypeAlias = (
    Constant
    | OutputRef
    | ParameterRef
    | InputRef
    | PathRef
    | ItemRef
    | TurnRef
    | StepRef
    | RunRef
    | AttemptRef
    | GlobalRef
    | Raw
    | Format
    | ListOf
    | DictOf
    | FirstOf
)
Leaf: TypeAlias = (
    Constant
    | OutputRef
    | ParameterRef
    | InputRef
    | PathRef
    | ItemRef
    | TurnRef
    | StepRef
    | RunRef
    | AttemptRef
    | GlobalRef
    | Raw
)
Text: TypeAlias = str | Value
"""Plain text, or a value that is rendered as text by `as_text`."""

_TREES = (Format, ListOf, DictOf, FirstOf)


def leaves(value: Text) -> Iterator[Leaf]:
    """Yield every constant and reference in `value`, left to right."""
    match value:
        case str():
            return
        case Format(parts=inner) | ListOf(items=inner) | FirstOf(options=inner):
            for part in inner:
                yield from leaves(part)
        case DictOf(items=pairs):
            for _, part in pairs:
                yield from leaves(part)
        case _:
            yield value


def as_text(value: Json) -> str:
    """Return a value as the text a command line or a file gets.

    Text stays as it is, everything else is its JSON.

    >>> as_text("a b"), as_text(0.5), as_text(True), as_text([1, "x"])
    ('a b', '0.5', 'true', '[1,"x"]')
    """
    return value if isinstance(value, str) else _encode(value)


_DECIMAL = re.compile(
    r"(?P<whole>[+-]?[0-9]+)|[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
)
_LONGEST_NUMBER = 1000


def as_number(value: Json) -> float | None:
    """Return a value as the number it is or that its text reads as, or None.

    Only decimal numbers are read from text, as every engine does it.

    >>> as_number("5"), as_number(" .5e1 "), as_number("inf"), as_number(True)
    (5, 5.0, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if not isinstance(value, str):
        return value
    match = _DECIMAL.fullmatch(value.strip()) if len(value) <= _LONGEST_NUMBER else None
    if match is None:
        return None
    return float(match[0]) if match["whole"] is None else int(match["whole"])


def substitute(value: Value, known: dict[Leaf, Value]) -> Value:
    """Return `value` with every leaf that is a key of `known` replaced."""
    match value:
        case Format(parts=parts):
            return Format(
                tuple(p if isinstance(p, str) else substitute(p, known) for p in parts)
            )
        case ListOf(items=items):
            return ListOf(tuple(substitute(item, known) for item in items))
        case DictOf(items=pairs):
            return DictOf(tuple((key, substitute(v, known)) for key, v in pairs))
        case FirstOf(options=options):
            return FirstOf(tuple(substitute(option, known) for option in options))
        case (
            Constant()
            | OutputRef()
            | ParameterRef()
            | InputRef()
            | PathRef()
            | ItemRef()
            | TurnRef()
            | StepRef()
            | RunRef()
            | AttemptRef()
            | GlobalRef()
            | Raw()
        ):
            return known.get(value, value)
        case _ as never:
            assert_never(never)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _encode(value: Json) -> str:
    return _ENCODER.encode(value)


def _compact(value: Json) -> str:
    _check_exact(value, DEEPEST)
    text = _encode(value)
    if not is_unicode(text):
        raise ValueError("it holds half of a surrogate pair, which is no Unicode text")
    return text


def is_unicode(text: str) -> bool:
    """Return whether text can be written to a file; half a surrogate pair cannot."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_exact(value: Json, levels: int) -> None:
    if value is None or isinstance(value, str | bool | int):
        return
    if not levels:
        raise ValueError(f"it is nested more than {DEEPEST} levels deep")
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} is not a finite number")
        return
    if isinstance(value, list | tuple):
        for item in value:
            _check_exact(item, levels - 1)
        return
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"key {key!r} of a dict is not text")
            _check_exact(item, levels - 1)
        return
    raise TypeError(f"{type(value).__name__} is not a JSON value")
