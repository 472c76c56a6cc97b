"""Tags and expressions in a manifest, replaced by what they stand for in a run."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, assert_never

from couler_jupyter.engines.argo.reading.expr import (
    Call,
    Chosen,
    Literal,
    Name,
    Negated,
    Part,
    Several,
    Tree,
    Two,
    parse,
)

_TAG = re.compile(r"\{\{(=?)(.*?)\}\}", re.DOTALL)
_TWO: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "in": lambda a, b: a in b,
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "contains": lambda a, b: b in a,
    "startsWith": lambda a, b: a.startswith(b),
    "endsWith": lambda a, b: a.endswith(b),
    "matches": lambda a, b: re.search(_in_python(b), a, re.DOTALL) is not None,
}
_CALLS: Mapping[str, Callable[..., Any]] = {
    "toJson": lambda x: json.dumps(x, separators=(",", ":")),
    "fromJSON": json.loads,
    "lower": str.lower,
    "string": lambda x: x if isinstance(x, str) else json.dumps(x),
    "asInt": int,
    "int": int,
    "float": float,
    "asFloat": float,
    "len": len,
    "type": lambda x: "string" if isinstance(x, str) else type(x).__name__,
}


def _in_python(pattern: str) -> str:
    """Return a pattern of Go's as Python has it."""
    plain = pattern.replace("(?s)", "")
    return plain.replace("[[]", r"\[").replace("[]]", r"\]")


class Missing(LookupError):
    """A tag names what is not there."""


def filled(value: Any, known: Mapping[str, Any]) -> Any:
    """Return a value with its tags replaced; raises `Missing` where one names nothing.

    Args:
        value: of a manifest.
        known: variables by their first names, as nested mappings.
    """
    if isinstance(value, str):
        return _TAG.sub(lambda found: _text(found, known), value)
    if isinstance(value, list):
        return [filled(one, known) for one in value]
    if isinstance(value, dict):
        return {key: filled(one, known) for key, one in value.items()}
    return value


def holds(text: str, known: Mapping[str, Any]) -> bool:
    """Return whether a `when` holds."""
    made = filled(text, known)
    if made in ("true", "false"):
        return bool(made == "true")
    left, sign, right = made.partition(" == ")
    if sign:
        return bool(left.strip() == right.strip())
    raise AssertionError(f"{made!r} is no condition that the stand-in reads")


def _text(found: re.Match[str], known: Mapping[str, Any]) -> str:
    inside = found[2].strip()
    if found[1]:
        try:
            made = evaluate(parse(inside), known)
        except (TypeError, ValueError, LookupError) as error:
            raise Missing(f"{inside}: {error}") from None
        return made if isinstance(made, str) else json.dumps(made)
    made = _variable(tuple(inside.split(".")), known)
    return made if isinstance(made, str) else json.dumps(made)


def evaluate(tree: Tree, known: Mapping[str, Any]) -> Any:
    """Return what an expression gives."""
    match tree:
        case Literal(value=value):
            return value
        case Name(path=path):
            return _variable(path, known)
        case Part(of=of, key=key):
            return evaluate(of, known)[key]
        case Negated(of=of):
            return not evaluate(of, known)
        case Chosen(condition=condition, yes=yes, no=no):
            return evaluate(yes if evaluate(condition, known) else no, known)
        case Several(items=items):
            return [evaluate(one, known) for one in items]
        case Two(word="&&" | "and", left=left, right=right):
            return evaluate(left, known) and evaluate(right, known)
        case Two(word="||" | "or", left=left, right=right):
            return evaluate(left, known) or evaluate(right, known)
        case Two(word=word, left=left, right=right):
            return _TWO[word](evaluate(left, known), evaluate(right, known))
        case Call(name="map", arguments=(items, closure)):
            return [
                evaluate(closure, {**known, "#": one}) for one in evaluate(items, known)
            ]
        case Call(name="any", arguments=(items, closure)):
            return any(
                evaluate(closure, {**known, "#": one}) for one in evaluate(items, known)
            )
        case Call(name="filter", arguments=(items, closure)):
            return [
                one
                for one in evaluate(items, known)
                if evaluate(closure, {**known, "#": one})
            ]
        case Call(name=name, arguments=arguments):
            return _CALLS[name](*(evaluate(one, known) for one in arguments))
        case _ as never:
            assert_never(never)


def _variable(path: tuple[str | int, ...], known: Mapping[str, Any]) -> Any:
    found: Any = known
    for key in path:
        if isinstance(found, Mapping) and key not in found:
            raise Missing(".".join(map(str, path)))
        found = found[key]
    return found
