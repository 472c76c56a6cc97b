"""How a function's values are read from text by their types, and written as text."""

# ruff: noqa: D103, PLR1714, UP032
import json
import math
from typing import Any

KINDS: Any = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "list": list,
    "object": dict,
}


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
    kind, shown = port["type"], as_text(value)
    if isinstance(value, str):
        shown = json.dumps(value)
    if len(shown) > 60:
        shown = shown[:57] + "..."
    if kind in KINDS and (
        not isinstance(value, KINDS[kind])
        or (isinstance(value, bool) and kind != "boolean")
    ):
        raise Stop(code, "{} is {}, not {}".format(name, shown, article(kind)))
    choices = port.get("choices")
    if choices and encode(value) not in choices:
        some = ", ".join(choices)
        raise Stop(code, "{} is {}; it must be one of {}".format(name, shown, some))
    return value


def article(kind: str) -> str:
    if kind == "string":
        return "text"
    return ("an " if kind[0] in "aeiou" else "a ") + kind


def encode(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else encode(value)


def is_plain(value: Any) -> bool:
    """Whether JSON says a value such that reading it gives the same one."""
    try:
        return is_exact(value) and bool(encode(value).encode())
    except (RecursionError, ValueError):
        return False


def is_exact(value: Any) -> bool:
    kind = type(value)
    if kind is float:
        return math.isfinite(value)
    if kind is list:
        return all(map(is_exact, value))
    if kind is dict:
        return all(type(key) is str and is_exact(value[key]) for key in value)
    return value is None or kind in (bool, int, str)


def type_name(value: Any) -> str:
    kind = type(value)
    if kind.__module__ in ("builtins", "__main__"):
        return kind.__qualname__
    return kind.__module__ + "." + kind.__qualname__
