"""What a person may choose of an engine: its options, with a word on each."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import MISSING, dataclass, fields
from inspect import getdoc
from types import MappingProxyType
from typing import Any

from couler_jupyter.ir import Json

_NONE: Mapping[str, tuple[str, ...]] = MappingProxyType({})
_ENTRY = re.compile(r"^    (\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One option of an engine.

    Attributes:
        name: how it is called.
        default: what it is when nothing is chosen; its type is the option's.
        help: for people.
        some: the only values it may have, if there are any.
        main: whether it is among those that most people ask for.
        number: whether it is a number though its default is none.
    """

    name: str
    default: Json
    help: str = ""
    some: tuple[str, ...] = ()
    main: bool = False
    number: bool = False


def choices_of(
    kind: type[Any],
    *,
    but: Collection[str] = (),
    some: Mapping[str, tuple[str, ...]] = _NONE,
    main: Collection[str] = (),
    numbers: Collection[str] = (),
) -> tuple[Choice, ...]:
    """Return the fields of a dataclass as options, told of as its docstring does.

    Args:
        kind: the dataclass; its fields have defaults.
        but: names of fields that are no options.
        some: the only values that some may have.
        main: names of those that most people ask for.
        numbers: names of those that are numbers though their default is none.
    """
    doc = (getdoc(kind) or "").partition("Attributes:\n")[2]
    told = {name: " ".join(text.split()) for name, text in _ENTRY.findall(doc)}
    return tuple(
        Choice(
            name=one.name,
            default=one.default,
            help=told.get(one.name, ""),
            some=some.get(one.name, ()),
            main=one.name in main,
            number=one.name in numbers,
        )
        for one in fields(kind)
        if one.init and one.name not in but and one.default is not MISSING
    )
