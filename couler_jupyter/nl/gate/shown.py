"""The texts in a workflow, as plain text: what is known only in a run is `<name>`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from couler_jupyter.ir import (
    Constant,
    Container,
    Format,
    InputParameter,
    InputRef,
    Step,
    as_text,
)


def plain_text(text: object, step: Step | None = None) -> str:
    """Return a text with the values that are known, those of the step's inputs too."""
    match text:
        case str():
            return text
        case Constant():
            return as_text(text.value)
        case Format(parts=parts):
            return "".join(plain_text(part, step) for part in parts)
        case InputRef(name=name):
            return _given(name, step)
        case _:
            return f"<{type(text).__name__}>"


def words_of(container: Container, step: Step) -> list[str]:
    """Return a container's command line, with the values that are known."""
    words = (*container.command, *container.args)
    return [plain_text(word, step) for word in words]


def texts_in(value: object, but: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield every text in a value of the IR, keys and texts of constants included.

    Args:
        value: a template, arguments, or any part of them.
        but: names of fields that are left out.
    """
    stack: list[Any] = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, Constant):
            stack.append(one.value)
        elif isinstance(one, dict):
            stack.extend((*one.keys(), *one.values()))
        elif isinstance(one, list | tuple):
            stack.extend(one)
        elif is_dataclass(one) and not isinstance(one, type):
            stack.extend(getattr(one, f.name) for f in fields(one) if f.name not in but)


def _given(name: str, step: Step | None) -> str:
    if step is None:
        return f"<{name}>"
    for one in step.arguments:
        if one.name == name:
            return plain_text(one.value)
    for port in getattr(step.template, "inputs", ()):
        if isinstance(port, InputParameter) and port.name == name and port.default:
            return plain_text(port.default)
    return f"<{name}>"
