"""Whether a value may go where a type and choices are asked for, and as what."""

from __future__ import annotations

import json

from couler_jupyter.engines.local.scheduling.data import Data, Pickled, handle_in, told
from couler_jupyter.engines.local.scheduling.evaluate import Unfit
from couler_jupyter.ir import Constant, Json, ValueType, as_text

LARGEST = 8 * 2**20
"""Bytes of text that a parameter may have; more is for an artifact."""

_SHOWN = 60


def accept(
    value: Data,
    kind: ValueType,
    choices: tuple[Constant, ...] = (),
    *,
    pickles: bool = False,
) -> Data:
    """Return `value` as one of type `kind`: text is read where it is no text.

    Args:
        value: what is given.
        kind: what is asked for.
        choices: the only values it may have, if there are any.
        pickles: whether a function takes it or gives it, to which values that are
            no JSON may pass.

    Raises:
        Unfit: it is of another type, or none of the choices; begins with `is`.
    """
    handle = handle_in(value)
    if handle is not None:
        if isinstance(handle, Pickled) and pickles and _may_hold(kind, value):
            return value
        raise Unfit(f"is {_told_of(value)}, {_wanted(kind, pickles)}")
    value = _converted(value, kind)
    if not kind.admits(value):
        raise Unfit(f"is {shown(value)}, not {_article(kind)}")
    if choices and not any(_same(value, choice) for choice in choices):
        some = ", ".join(choice.json for choice in choices)
        raise Unfit(f"is {shown(value)}; it must be one of {some}")
    return value


def read_text(text: str, kind: ValueType) -> Json:
    """Return text that a program wrote as a value for type `kind`.

    It is JSON where the type is not text and it reads as JSON, else the text itself.

    >>> read_text("0.5", ValueType.JSON), read_text("0.5", ValueType.STRING)
    (0.5, '0.5')
    """
    if kind is ValueType.STRING:
        return text
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text


def shown(value: Json) -> str:
    """Return a value's JSON, cut short for a message.

    >>> shown(["a"])
    '["a"]'
    """
    text = as_text(value) if not isinstance(value, str) else json.dumps(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _may_hold(kind: ValueType, value: Data) -> bool:
    """Whether a value that is no JSON, or holds such, is all the same of a type.

    A list of tuples is a list, and a dict of arrays a dict, whatever JSON says.
    """
    name = value.type if isinstance(value, Pickled) and not value.keys else ""
    match kind:
        case ValueType.JSON | ValueType.PYTHON:
            return True
        case ValueType.LIST:
            return isinstance(value, list) or name in {"list", "tuple"}
        case ValueType.OBJECT:
            return isinstance(value, dict) or name == "dict"
        case _:
            return False


def _converted(value: Json, kind: ValueType) -> Json:
    if kind in {ValueType.JSON, ValueType.PYTHON} or kind.admits(value):
        return value
    if kind is ValueType.STRING:
        return as_text(value)
    return read_text(value, kind) if isinstance(value, str) else value


def _same(value: Json, choice: Constant) -> bool:
    return Constant.of(value) == choice


def _told_of(value: Data) -> str:
    handle = handle_in(value)
    whole = handle is value
    text = "" if handle is None else told(handle)
    return text if whole else f"a {type(value).__name__} that holds {text}"


def _wanted(kind: ValueType, pickles: bool) -> str:
    if not pickles:
        return "which passes only between functions"
    return f"not {_article(kind)}"


def _article(kind: ValueType) -> str:
    words = {ValueType.STRING: "text", ValueType.JSON: "a JSON value"}
    if kind in words:
        return words[kind]
    return f"an {kind}" if kind.value[0] in "aeiou" else f"a {kind}"


def _refuse(word: str) -> Json:
    raise ValueError(f"{word} is no JSON")
