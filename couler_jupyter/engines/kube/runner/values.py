"""How a function's values are read from text by their types, and written as text."""

# ruff: noqa: ANN401, D103
import json
import math
import sys
from typing import Any

KINDS: Any = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "list": list,
    "object": dict,
}

LONGEST = 2**17 - 2**10  # what one argument of a program can hold


class Stop(Exception):
    """The step is over: its exit code, and a line that says why."""


def read(text: str, kind: str) -> Any:
    if kind == "string":
        return text
    try:
        return json.loads(text, parse_constant=int)
    except (ValueError, RecursionError):
        return text


def checked(name: str, value: Any, port: Any, code: int) -> Any:
    kind = port["type"]
    shown = json.dumps(value) if isinstance(value, str) else encode(value)
    if len(shown) > 60:
        shown = shown[:57] + "..."
    if kind in KINDS and (
        not isinstance(value, KINDS[kind])
        or (isinstance(value, bool) and kind != "boolean")
    ):
        raise Stop(code, f"{name} is {shown}, not {article(kind)}")
    choices = port.get("choices")
    if choices and encode(value) not in choices:
        some = ", ".join(choices)
        raise Stop(code, f"{name} is {shown}; it must be one of {some}")
    return value


def article(kind: str) -> str:
    words = {"string": "text", "json": "a JSON value", "python": "a JSON value"}
    return words.get(kind, ("an " if kind[0] in "aeiou" else "a ") + kind)


def encode(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else encode(value)


def is_exact(value: Any) -> bool:
    """Whether JSON says a value such that reading it gives the same one."""
    kind = type(value)
    try:
        if kind is float:
            return math.isfinite(value)
        if kind is str:
            return bool(value.encode() or True)
        if kind is list:
            return all(map(is_exact, value))
        if kind is dict:
            return all(type(key) is str and is_exact(value[key]) for key in value)
    except (RecursionError, UnicodeEncodeError):
        return False
    return value is None or kind is bool or kind is int


def plain(value: Any) -> Any:
    """Return what JSON has for a value: lists for tuples, numbers for NumPy's."""
    value = number(value)
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    return value


def number(value: Any) -> Any:
    numpy: Any = sys.modules.get("numpy")
    if numpy is None or not isinstance(value, numpy.generic):
        return value
    own = value.item()
    return own if type(own) in (bool, int, float, str) else value


def fits(value: Any, kind: str) -> bool:
    """Whether what JSON has no word for may be called a value of a type."""
    allowed: Any = {"list": (list, tuple), "object": dict}
    return isinstance(value, allowed.get(kind, object)) or kind == "python"


def stub(value: Any) -> str:
    """Return the text that stands for a value which only an artifact holds."""
    return encode({"couler-value": type_name(value)})


def is_stub(value: Any) -> bool:
    return isinstance(value, dict) and list(value) == ["couler-value"]


def type_name(value: Any) -> str:
    kind = type(value)
    if kind.__module__ in ("builtins", "__main__"):
        return kind.__qualname__
    return kind.__module__ + "." + kind.__qualname__
