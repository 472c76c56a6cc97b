"""Values and conditions as the tuples that `prelude/trees.py` reads."""

from __future__ import annotations

from typing import Any, TypeAlias, assert_never

from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    AttemptRef,
    Compare,
    Condition,
    Constant,
    DictOf,
    Ended,
    FirstOf,
    Format,
    GlobalRef,
    InputRef,
    ItemRef,
    ListOf,
    Not,
    OutputRef,
    ParameterRef,
    PathRef,
    Raw,
    RunRef,
    StepRef,
    Text,
    TurnRef,
    Value,
)

Tree: TypeAlias = Any
"""A tuple that begins with a word, or plain text; Python's types cannot say it."""


class Trees:
    """Writes the values of steps of one workflow.

    Attributes:
        prefix: what the paths of its steps begin with.
        known: the steps that make outputs known to the whole run: path and output.
    """

    def __init__(self, prefix: str, known: dict[str, tuple[str, str]]) -> None:
        self._prefix = prefix
        self._known = known

    def path(self, step: str) -> str:
        """Return the path of a step."""
        return f"{self._prefix}{step}"

    def text(self, text: Text) -> Tree:
        """Return a text, which stands as it is where nothing is put into it."""
        return text if isinstance(text, str) else self.value(text)

    def value(self, value: Value) -> Tree:  # noqa: C901 (one case a kind)
        """Return a value."""
        match value:
            case Constant():
                return ("is", value.value)
            case Format(parts=parts):
                return ("text", *map(self.text, parts))
            case ListOf(items=items):
                return ("list", *map(self.value, items))
            case DictOf(items=pairs):
                return ("dict", *((key, self.value(part)) for key, part in pairs))
            case FirstOf(options=options):
                return ("first", *map(self.value, options))
            case OutputRef(step=step, name=name):
                return ("output", self.path(step), name)
            case ParameterRef(name=name, of_run=of_run):
                return ("of-run" if of_run else "param", name)
            case InputRef(name=name):
                return ("input", name)
            case PathRef(name=name):
                return ("path", name)
            case ItemRef(path=path):
                return ("item", path)
            case TurnRef():
                return ("turn",)
            case StepRef(step=step, field=field):
                return ("fact", self.path(step), field.value)
            case RunRef(field=field):
                return ("run", field.value)
            case AttemptRef(field=field):
                return ("attempt", field.value)
            case GlobalRef(name=name):
                return ("output", *self._known[name])
            case Raw():
                raise AssertionError(
                    "an expression of another engine is refused before"
                )
            case _ as never:
                assert_never(never)

    def condition(self, condition: Condition) -> Tree:
        """Return a condition."""
        match condition:
            case AllOf(terms=terms):
                return ("all", *map(self.condition, terms))
            case AnyOf(terms=terms):
                return ("any", *map(self.condition, terms))
            case Not(term=term):
                return ("not", self.condition(term))
            case Compare(left=left, operator=operator, right=right):
                return ("compare", self.value(left), operator.value, self.value(right))
            case Ended(step=step, how=how):
                return ("ended", self.path(step), tuple(one.value for one in how))
            case Raw():
                raise AssertionError(
                    "an expression of another engine is refused before"
                )
            case _ as never:
                assert_never(never)
