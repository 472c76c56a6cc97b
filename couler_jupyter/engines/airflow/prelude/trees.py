"""What values and conditions come to; in a DAG file both are tuples that begin with a word."""

from __future__ import annotations

from typing import Any, Callable

from couler_jupyter.engines.airflow.prelude.values import Unknown, as_text, compare

_TREES = {"is", "text", "list", "dict", "first"}


def evaluate(value: Any, look_up: Callable[[Any], Any]) -> Any:
    """Return what a value comes to; `look_up` knows what each reference stands for.

    Raises:
        Unknown: something it needs is not there.
    """
    word, *rest = value
    if word == "is":
        return rest[0]
    if word == "text":
        return "".join(text_of(part, look_up) for part in rest)
    if word == "list":
        return [evaluate(part, look_up) for part in rest]
    if word == "dict":
        return {key: evaluate(part, look_up) for key, part in rest}
    if word == "first":
        return _first(rest, look_up)
    return look_up(value)


def text_of(value: Any, look_up: Callable[[Any], Any]) -> str:
    """Return a text with all its references rendered."""
    return value if isinstance(value, str) else as_text(evaluate(value, look_up))


def holds(condition: Any, look_up: Callable[[Any], Any]) -> bool:
    """Whether a condition holds; `look_up` also knows how steps ended."""
    word, *rest = condition
    if word == "all":
        return all(holds(term, look_up) for term in rest)
    if word == "any":
        return any(holds(term, look_up) for term in rest)
    if word == "not":
        return not holds(rest[0], look_up)
    if word == "compare":
        left, operator, right = rest
        return compare(evaluate(left, look_up), operator, evaluate(right, look_up))
    return bool(look_up(condition))


def references(value: Any) -> Any:
    """Yield every reference in a value or condition."""
    if isinstance(value, str):
        return
    word, *rest = value
    if word == "is":
        return
    if word == "compare":
        yield from references(rest[0])
        yield from references(rest[2])
    elif word == "dict":
        for _, part in rest:
            yield from references(part)
    elif word in _TREES or word in {"all", "any", "not"}:
        for part in rest:
            yield from references(part)
    else:
        yield value


def _first(options: Any, look_up: Callable[[Any], Any]) -> Any:
    missing = []
    for option in options:
        try:
            return evaluate(option, look_up)
        except Unknown as error:
            missing.append(str(error))
    raise Unknown(", ".join(missing) or "there is nothing to choose from")
