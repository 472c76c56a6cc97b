"""What a step is given, and under which conditions it runs, as people write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeAlias, assert_never

from couler_jupyter.dsl.writing.code import (
    Code,
    call,
    dict_of,
    list_of,
    literal,
    quoted,
    text,
)
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
    Operator,
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

_COMPARED = MappingProxyType(
    {
        Operator.EQUAL: "equal",
        Operator.NOT_EQUAL: "not_equal",
        Operator.BIGGER: "bigger",
        Operator.BIGGER_EQUAL: "bigger_equal",
        Operator.SMALLER: "smaller",
        Operator.SMALLER_EQUAL: "smaller_equal",
        Operator.IN: "is_in",
        Operator.NOT_IN: "is_not_in",
    }
)

_Reference: TypeAlias = (
    ParameterRef
    | InputRef
    | PathRef
    | ItemRef
    | TurnRef
    | RunRef
    | AttemptRef
    | GlobalRef
)


class NoWord(Exception):
    """The unified interface has no word for something."""


@dataclass(frozen=True, slots=True)
class Known:
    """What variables hold where something is written.

    Attributes:
        steps: those that were written before, by the names of their steps.
        inputs: those that hold inputs of the workflow which are files.
        own: the step that is being written, and what its result is called.
    """

    steps: Mapping[str, str]
    inputs: Mapping[str, str]
    own: tuple[str, str] = ("", "")

    def of(self, step: str) -> str:
        """Return the variable that holds a step.

        Raises:
            NoWord: it is written later.
        """
        if step == self.own[0] and self.own[1]:
            return self.own[1]
        if step not in self.steps:
            raise NoWord(f"step {step!r} is written later")
        return self.steps[step]

    def within(self, step: str, result: str) -> Known:
        """Return the same where the result of a step itself is known."""
        return replace(self, own=(step, result))

    def value(self, value: Value) -> Code:
        """Return a value as it is handed to a step.

        Raises:
            NoWord: it names something that no variable holds.
        """
        match value:
            case Constant():
                return literal(value.value)
            case Raw(engine=engine, text=raw):
                return call("couler.raw", quoted(engine), text(raw))
            case Format(parts=parts):
                return self._format(parts)
            case ListOf(items=items):
                return list_of(map(self.value, items))
            case DictOf(items=items):
                return dict_of((key, self.value(one)) for key, one in items)
            case FirstOf(options=options):
                return call("couler.first_of", *map(self.value, options))
            case OutputRef(step=step, name=name):
                plain = "result" if name == "result" else f"output({quoted(name)})"
                return f"{self.of(step)}.{plain}"
            case StepRef(step=step, field=field):
                return f"{self.of(step)}.{field.name.lower()}"
            case ParameterRef(name=name, of_run=False) if name in self.inputs:
                return self.inputs[name]
            case _:
                return _reference(value)

    def text(self, given: Text) -> Code:
        """Return a text, or a value that stands for one.

        Raises:
            NoWord: as for `value`.
        """
        return text(given) if isinstance(given, str) else self.value(given)

    def condition(self, condition: Condition) -> Code:
        """Return a condition on values or on how steps ended.

        Raises:
            NoWord: as for `value`, or a step is to end in one of several ways.
        """
        match condition:
            case Compare(left=left, operator=operator, right=right):
                name = f"couler.{_COMPARED[operator]}"
                return call(name, self.value(left), self.value(right))
            case AllOf(terms=terms):
                return call("couler.all_of", *map(self.condition, terms))
            case AnyOf(terms=terms):
                return call("couler.any_of", *map(self.condition, terms))
            case Not(term=term):
                return call("couler.not_", self.condition(term))
            case Raw():
                return self.value(condition)
            case Ended(step=step, how=(how,)):
                return f"{self.of(step)}.{how.name.lower()}"
            case Ended():
                raise NoWord("a step is to end in one of several ways")
            case _ as never:
                assert_never(never)

    def _format(self, parts: tuple[str | Value, ...]) -> Code:
        pattern = ""
        values: list[Code] = []
        for part in parts:
            if isinstance(part, str):
                pattern += part.replace("{", "{{").replace("}", "}}")
            else:
                pattern += "{}"
                values.append(self.value(part))
        return call("couler.format", text(pattern), *values)


def _reference(value: _Reference) -> str:
    """Return what is the same wherever it is written."""
    match value:
        case ParameterRef(name=name, of_run=True):
            return f"couler.this_run.parameter({quoted(name)})"
        case ParameterRef(name=name):
            return f"couler.parameter({quoted(name)})"
        case InputRef(name=name):
            return f"couler.input_value({quoted(name)})"
        case PathRef(name=name, output=output):
            more = ", output=True" if output else ""
            return f"couler.path_of({quoted(name)}{more})"
        case ItemRef(path=path):
            return "item" + "".join(f"[{part!r}]" for part in path)
        case TurnRef():
            return "turn"
        case RunRef(field=field):
            return f"couler.this_run.{field.name.lower()}"
        case AttemptRef(field=field):
            return f"couler.this_attempt.{field.name.lower()}"
        case GlobalRef(name=name):
            return f"couler.global_output({quoted(name)})"
        case _ as never:
            assert_never(never)
