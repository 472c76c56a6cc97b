"""Parameters: small values that go into templates and workflows and come out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from couler_jupyter.ir.constant import Constant, Json
from couler_jupyter.ir.value import Value


class ValueType(StrEnum):
    """What kind of value a parameter is.

    `JSON` is any value JSON can say. `PYTHON` is any value that Python can pickle;
    it passes only between functions.
    """

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    LIST = "list"
    OBJECT = "object"
    JSON = "json"
    PYTHON = "python"

    @property
    def with_article(self) -> str:
        """As it stands in a sentence: `an integer`, `a JSON value`."""
        words = {ValueType.JSON: "JSON value", ValueType.PYTHON: "Python value"}
        word = words.get(self, self.value)
        return f"an {word}" if word[0] in "aeiou" else f"a {word}"

    def admits(self, value: Json) -> bool:
        """Return whether a JSON value is of this type."""
        match self:
            case ValueType.STRING:
                return isinstance(value, str)
            case ValueType.INTEGER:
                return isinstance(value, int) and not isinstance(value, bool)
            case ValueType.NUMBER:
                return isinstance(value, int | float) and not isinstance(value, bool)
            case ValueType.BOOLEAN:
                return isinstance(value, bool)
            case ValueType.LIST:
                return isinstance(value, list)
            case ValueType.OBJECT:
                return isinstance(value, dict)
            case ValueType.JSON | ValueType.PYTHON:
                return True


def fits(given: ValueType, wanted: ValueType) -> bool:
    """Return whether a value of type `given` may go where `wanted` is asked for.

    Text passes for anything that can be read from it, since programs print text;
    whether it really reads as a number is known only at run time.
    """
    loose = {ValueType.JSON, ValueType.PYTHON, ValueType.STRING}
    if given == wanted or given in loose or wanted in loose:
        return True
    return (given, wanted) == (ValueType.INTEGER, ValueType.NUMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class InputParameter:
    """A parameter that a template or a workflow takes.

    Attributes:
        name: how it is called.
        type: what kind of value it is.
        default: what it is when nothing is given; None makes it required.
        choices: the only values it may have, if there are any.
        description: for people.
    """

    name: str
    type: ValueType = ValueType.JSON
    default: Constant | None = None
    choices: tuple[Constant, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class FromFile:
    """The text of a file that the step wrote; one final line break is cut off."""

    path: str


@dataclass(frozen=True, slots=True)
class FromStdout:
    """What the step printed on standard output; one final line break is cut off."""


@dataclass(frozen=True, slots=True)
class FromReturn:
    """What the function returned, or a part of it (`path` of keys and indices)."""

    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class FromManifest:
    """A field of the Kubernetes object that a job made.

    `path` is a JSONPath such as `{.status.succeeded}`; `jq` a filter instead.
    """

    path: str = ""
    jq: str = ""


@dataclass(frozen=True, slots=True)
class FromPerson:
    """What the person who resumed the step typed in."""


ParameterSource: TypeAlias = (
    FromFile | FromStdout | FromReturn | FromManifest | FromPerson
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputParameter:
    """A parameter that a template leaves behind.

    Attributes:
        name: how it is called.
        source: where it is taken from.
        type: what kind of value it is; text from files and stdout is read as JSON
            where the type is not text.
        default: what it is where the source gives nothing.
        choices: the only values it may have, if there are any.
        global_name: makes it known to the whole run under that name.
        description: for people.
    """

    name: str
    source: ParameterSource
    type: ValueType = ValueType.JSON
    default: Constant | None = None
    choices: tuple[Constant, ...] = ()
    global_name: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowOutput:
    """What a workflow leaves behind, taken from its steps: parameter or artifact."""

    name: str
    value: Value
    global_name: str = ""
    description: str = ""
