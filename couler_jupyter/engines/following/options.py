"""Options of a run as a person or a file gives them, checked against a dataclass of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from types import MappingProxyType
from typing import Any, TypeVar

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Json, nearest
from couler_jupyter.targets.secret import FORMS, is_reference

T = TypeVar("T")
Some = Mapping[str, tuple[str, ...]]
_ANY: Some = MappingProxyType({})
_SECRET = ("token", "password", "secret")


def options_of(kind: type[T], given: Mapping[str, Json], some: Some = _ANY) -> T:
    """Return the options in `given`; those that are not there have their default.

    Args:
        kind: a frozen dataclass whose fields all have defaults.
        given: by name.
        some: the only values that some may have.

    Raises:
        UsageFailed: with everything in it that is no option or has a wrong value.
    """
    return kind(**checked(given, _defaults(kind), some))


def options_json(options: Any) -> dict[str, Json]:  # noqa: ANN401 (a dataclass)
    """Return options as plain data, those with their default left out."""
    known = _defaults(type(options))
    return {name: v for name, v in asdict(options).items() if v != known[name]}


def checked(
    given: Mapping[str, Json], usual: Mapping[str, object], some: Some = _ANY
) -> dict[str, Any]:
    """Return options as fields of a dataclass take them.

    Args:
        given: options by name.
        usual: what each is where nothing is said; of that kind its values are.
        some: the only values that some may have.

    Raises:
        UsageFailed: with everything that is no option or has a wrong value.
    """
    faults = [
        _unknown(name, usual)
        if name not in usual
        else fault_of(name, value, usual[name], some.get(name, ()))
        for name, value in given.items()
    ]
    if faults := [one for one in faults if one]:
        raise UsageFailed("; ".join(faults))
    return {
        name: tuple(value or ()) if isinstance(usual[name], tuple) else value
        for name, value in given.items()
    }


def fault_of(
    name: str, value: Json, usual: object, some: tuple[str, ...] = (), of: str = "texts"
) -> str:
    """Return what would be right for an option; empty if `value` is.

    One whose name ends in `_from` says where a secret is.

    Args:
        name: of the option.
        value: what was written.
        usual: what it is where nothing is said.
        some: the only values that it may have.
        of: what a list is of.
    """
    if name.endswith("_from"):
        fine = isinstance(value, str) and (not value or is_reference(value))
        # it may be the secret itself: not repeated
        return "" if fine else f"option {name}: write {FORMS}, not the value itself"
    if some:
        fine, right = value in some, " or ".join(some)
    elif isinstance(usual, bool):
        fine, right = isinstance(value, bool), "true or false"
    elif isinstance(usual, dict):
        fine, right = isinstance(value, dict), "an object"
    elif isinstance(usual, tuple):
        is_list = isinstance(value, list | tuple)
        fine = is_list and all(isinstance(one, str) for one in value)
        right = f"a list of {of}"
    elif isinstance(usual, str):
        fine, right = isinstance(value, str), "text"
    else:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        whole = isinstance(usual, float) or isinstance(value, int)
        fine, right = is_number and whole and value >= 0, "a number, 0 or more"
    return "" if fine else f"option {name} is {value!r}; write {right}"


def _defaults(kind: type[Any]) -> dict[str, Any]:
    usual = kind()
    return {one.name: getattr(usual, one.name) for one in fields(kind)}


def _unknown(name: str, known: Mapping[str, object]) -> str:
    if any(word in name for word in _SECRET):  # its value is not repeated
        places = " or ".join(one for one in known if one.endswith("_from"))
        write = f"write {places}, " if places else ""
        return f"no option {name!r}: {write}secrets are never options"
    return f"no option {name!r}{nearest(name, known)}"
