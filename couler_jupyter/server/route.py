"""A route: what may be asked, in words that check a request and describe it alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Json
from couler_jupyter.protocol import one_line

if TYPE_CHECKING:
    from couler_jupyter.server.desk import Desk


class Check:
    """Values that must fit a schema, which is read once."""

    def __init__(self, schema: Json, what: str) -> None:
        """Say of `what` that it does not fit."""
        from jsonschema import Draft202012Validator

        self._validator = Draft202012Validator(schema)
        self._what = what

    def __call__(self, value: Json) -> None:
        """Raise what is wrong with a value, in one line.

        Raises:
            UsageFailed: it does not fit the schema.
        """
        from jsonschema.exceptions import best_match

        wrong = best_match(self._validator.iter_errors(value))
        if wrong is not None:
            at = "".join(f"[{part!r}]" for part in wrong.absolute_path)
            raise UsageFailed(f"{self._what}{at}: {one_line(wrong.message, 200)}")


class Place(StrEnum):
    """Where a parameter stands."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of a request; a list is given by saying it again.

    Attributes:
        name: as it is written.
        about: what it means, in one line.
        schema: of its value; a `default` says that it may be left out.
        place: where it stands.
    """

    name: str
    about: str
    schema: Json
    place: Place = Place.QUERY

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return "default" not in self.schema

    @cached_property
    def check(self) -> Check:
        """What says what is wrong with a value."""
        return Check(self.schema, self.name)


@dataclass(frozen=True, slots=True)
class Given:
    """The parameters of a request and its body, checked already."""

    values: Mapping[str, Json]
    body: Json = None

    def text(self, name: str) -> str:
        """Return a parameter that is text."""
        return str(self.values[name])

    def number(self, name: str) -> int:
        """Return a parameter that is a whole number."""
        return int(self.values[name])

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a parameter that is a list."""
        return tuple(self.values[name])


Answering: TypeAlias = "Callable[[Desk, Given], Mapping[str, Json]]"


@dataclass(frozen=True)
class Route:
    """One thing that can be asked.

    Attributes:
        method: of HTTP.
        path: behind `/couler/api`; parameters stand in braces.
        name: what it is called in the document.
        about: what it does, in one line.
        answer: does it; called in a thread.
        kind: the `TypedDict` that is answered.
        parameters: of the path, the query and the headers.
        body: schema of the JSON that must be sent along; None for nothing.
        tag: tells an answer from a later one without making either; None where that
            is not known before.
        is_news: whether an answer is worth being told at once to who is willing to
            `wait`; None for every one.
        slow: whether it may ask another machine.
        errors: what else may be answered than the usual, by status.
    """

    method: str
    path: str
    name: str
    about: str
    answer: Answering
    kind: type
    parameters: Sequence[Parameter] = ()
    body: Json = None
    tag: Callable[[Desk], str] | None = None
    is_news: Callable[[Mapping[str, Json]], bool] | None = None
    slow: bool = False
    errors: Mapping[int, str] | None = None

    @property
    def changes(self) -> bool:
        """Whether something is done, rather than only looked at."""
        return self.method != "GET"

    @cached_property
    def check_body(self) -> Check:
        """What says what is wrong with a body."""
        return Check(self.body, "the body")

    @cached_property
    def pattern(self) -> str:
        """The path as a regular expression, with one group for each parameter."""
        parts = self.path.split("/")
        return "/".join(r"([^/]+)" if part[:1] == "{" else part for part in parts)

    def read(
        self,
        path: Sequence[str],
        query: Mapping[str, list[str]],
        headers: Mapping[str, str],
    ) -> dict[str, Json]:
        """Return the parameters of a request by name.

        Raises:
            UsageFailed: one is missing or has a wrong value.
        """
        inner = iter(path)
        found: dict[str, Json] = {}
        for one in self.parameters:
            match one.place:
                case Place.PATH:
                    texts = [next(inner)]
                case Place.QUERY:
                    texts = query.get(one.name, [])
                case Place.HEADER:
                    texts = [headers[one.name]] if one.name in headers else []
            found[one.name] = _value(one, texts)
        return found


def _value(one: Parameter, texts: list[str]) -> Json:
    if not texts:
        if one.required:
            raise UsageFailed(f"{one.name} is missing: {one.about}")
        return one.schema["default"]
    if one.schema["type"] == "array":
        value: Json = texts
    elif len(texts) > 1:
        raise UsageFailed(f"{one.name} is given {len(texts)} times")
    else:
        value = _read(one.schema["type"], texts[0])
    one.check(value)
    return value


def _read(kind: str, text: str) -> Json:
    match kind:
        case "integer":
            plain = text.removeprefix("-")
            short = len(plain) <= 18 and plain.isascii() and plain.isdecimal()
            return int(text) if short else text
        case "boolean":
            return {"true": True, "false": False}.get(text, text)
        case _:
            return text
