"""How the IR's types look in a file: one shape per type, read off the type hints.

`serde` reads and writes by these shapes and `schema` publishes them, so the file
format, its reader and its JSON Schema cannot drift apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import (
    Any,
    TypeAlias,
    TypeGuard,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from couler_jupyter.ir.artifact import Remote, Storage
from couler_jupyter.ir.condition import Condition
from couler_jupyter.ir.constant import Constant
from couler_jupyter.ir.template import SubWorkflow, Template
from couler_jupyter.ir.value import Value
from couler_jupyter.ir.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Plain:
    """Text, a whole number, a number or a truth value."""

    type: type


@dataclass(frozen=True, slots=True)
class Choice:
    """One of an enumeration's words."""

    type: type[StrEnum]


@dataclass(frozen=True, slots=True)
class AnyJson:
    """A `Constant` that stands where nothing else can: the bare JSON value."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    item: Shape


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names and values: an object in the file, a tuple of pairs in the IR."""

    value: Shape


@dataclass(frozen=True, slots=True)
class Record:
    """An object with the fields of a dataclass."""

    type: type


@dataclass(frozen=True, slots=True)
class OneOf:
    """Records told apart by their `kind`, or plain values told apart by type.

    Where the records are templates, a text names one of the file's shared templates.
    """

    plain: tuple[type, ...]
    records: tuple[type, ...]

    @property
    def shared(self) -> bool:
        """Whether these are templates, which a file may write once and name."""
        return SubWorkflow in self.records

    def by_kind(self) -> Mapping[str, type]:
        """The records by the word that stands for each in a file."""
        return _by_kind(self.records)


Shape: TypeAlias = Plain | Choice | AnyJson | Sequence | Pairs | Record | OneOf


@dataclass(frozen=True, slots=True)
class Slot:
    """One field of a record.

    Attributes:
        name: as in the dataclass; `key`: as in the file.
        shape: how its value looks.
        default: what it is when the file does not say; MISSING if it must.
        nullable: whether the field may be None (which a file says by silence).
    """

    name: str
    key: str
    shape: Shape
    default: Any
    nullable: bool


TEMPLATES = OneOf((), get_args(Template))
UNIONS: Mapping[OneOf, str] = MappingProxyType(
    {
        TEMPLATES: "Template",
        OneOf((), get_args(Condition)): "Condition",
        OneOf((), get_args(Storage)): "Storage",
        OneOf((), get_args(Remote)): "Remote",
        OneOf((), get_args(Value)): "Value",
        OneOf((str,), get_args(Value)): "Text",
    }
)
"""The unions that stand in many places, by their names."""


def kind_of(record: type) -> str:
    """Return the word for a class in a file.

    >>> kind_of(Constant)
    'constant'
    """
    return _with_hyphens(record.__name__)


@cache
def _with_hyphens(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


@cache
def _by_kind(records: tuple[type, ...]) -> Mapping[str, type]:
    return MappingProxyType({kind_of(record): record for record in records})


@cache
def slots_of(record: type) -> tuple[Slot, ...]:
    """Return the fields of a dataclass as they stand in a file."""
    hints = get_type_hints(record, localns={"Workflow": Workflow})
    return tuple(_slot(field, hints[field.name], record) for field in fields(record))


def _slot(field: Field[Any], hint: Any, record: type) -> Slot:
    options = get_args(hint) if _is_union(hint) else (hint,)
    kept = tuple(option for option in options if option is not NoneType)
    default = field.default
    if default is MISSING and field.default_factory is not MISSING:
        default = field.default_factory()
    return Slot(
        name=field.name,
        key=_key_of(field.name, record),
        shape=_shape(kept),
        default=default,
        nullable=NoneType in options,
    )


def _key_of(name: str, record: type) -> str:
    """Return the key of a field; `kind` stands in files for which record it is.

    Records whose keys others have chosen say them as `KEYS`: all are spelled as the
    fields are, but for those named there.
    """
    keys = getattr(record, "KEYS", None)
    if keys is not None:
        return str(keys.get(name, name))
    return f"{kind_of(record)}-kind" if name == "kind" else name.replace("_", "-")


def _shape(options: tuple[Any, ...]) -> Shape:
    hint, *others = options
    if others:
        return OneOf(
            tuple(option for option in options if not is_dataclass(option)),
            tuple(option for option in options if _is_record(option)),
        )
    if get_origin(hint) is tuple:
        return _tuple_shape(get_args(hint))
    if hint is Constant:
        return AnyJson()
    if _is_record(hint):
        return Record(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Choice(hint)
    return Plain(hint)


def _tuple_shape(args: tuple[Any, ...]) -> Shape:
    item = args[0]
    if get_origin(item) is tuple:
        key, value = get_args(item)
        if key is str and value is not Ellipsis:
            return Pairs(_shape(_options(value)))
    return Sequence(_shape(_options(item)))


def _options(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if _is_union(hint) else (hint,)


def _is_record(hint: Any) -> TypeGuard[type]:
    return isinstance(hint, type) and is_dataclass(hint)


def _is_union(hint: Any) -> bool:
    return get_origin(hint) in (Union, UnionType)
