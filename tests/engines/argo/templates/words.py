"""How texts are written where no manifest stands around them."""

from __future__ import annotations

from couler_jupyter.ir import (
    Condition,
    Constant,
    Format,
    InputRef,
    PathRef,
    Text,
    as_text,
)


def write(text: Text) -> str:
    """Plain text as it is, references as tags."""
    match text:
        case str():
            return text
        case Constant():
            return as_text(text.value)
        case Format(parts=parts):
            return "".join(map(write, parts))
        case InputRef(name=name):
            return f"{{{{inputs.parameters.{name}}}}}"
        case PathRef(name=name, output=output):
            side = "outputs" if output else "inputs"
            return f"{{{{{side}.artifacts.{name}.path}}}}"
        case _:
            return f"{{{{{type(text).__name__}}}}}"


def condition(_: Condition) -> str:
    """Any condition."""
    return "a condition"
