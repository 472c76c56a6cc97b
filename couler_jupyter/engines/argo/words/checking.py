"""Whether a plain object has the fields that Argo knows, with values of their types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

from couler_jupyter.engines.argo.words.needed import NEEDED
from couler_jupyter.errors import BuildFailed
from couler_jupyter.ir import Json, nearest

_NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def checked(
    kind: type, given: Mapping[str, Any], where: str, *, whole: bool = True
) -> dict[str, Json]:
    """Return an object as plain JSON once every field in it is known and fits.

    Args:
        kind: a class of `fields`.
        given: the object as the user wrote it.
        where: how the user gets there, for messages.
        whole: whether all is there that it needs; otherwise it is a part, added to
            what stands there already, but objects in lists are whole even then.

    Raises:
        BuildFailed: with the first thing that is wrong.
    """
    known = known_fields(kind)
    made: dict[str, Json] = {}
    for name, value in given.items():
        if name not in known:
            raise BuildFailed(f"{where} has no field {name!r}{nearest(name, known)}")
        made[name] = _fitting(known[name], value, f"{where}.{name}", whole)
    needed = NEEDED.get(kind.__name__, ()) if whole else ()
    if missing := [name for name in needed if name not in made]:
        raise BuildFailed(f"{where} needs {' and '.join(missing)}")
    return made


def _fitting(hint: object, value: object, where: str, whole: bool) -> Json:
    """Return a value as plain JSON.

    Raises:
        BuildFailed: it does not fit.
    """
    origin, inner = get_origin(hint), get_args(hint)
    if hint is Any:
        return value
    if origin is Mapping or is_typeddict(hint):
        return _object(hint, value, where, whole)
    if origin is Sequence:
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise BuildFailed(f"{where} is {value!r}, which is no list")
        return [
            _fitting(inner[0], one, f"{where}[{at}]", True)
            for at, one in enumerate(value)
        ]
    kinds: tuple[Any, ...] = inner or (hint,)
    if not isinstance(value, _accepted(kinds)) or (
        isinstance(value, bool) and bool not in kinds
    ):
        said = " or ".join(_NAMES[one] for one in kinds)
        raise BuildFailed(f"{where} is {value!r}; it must be {said}")
    return value


def _object(hint: object, value: object, where: str, whole: bool) -> dict[str, Json]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise BuildFailed(f"{where} is {value!r}, which is no object")
    if isinstance(hint, type):
        return checked(hint, value, where, whole=whole)
    of = get_args(hint)[1]
    return {
        key: _fitting(of, one, f"{where}.{key}", whole) for key, one in value.items()
    }


def _accepted(kinds: tuple[type, ...]) -> tuple[type, ...]:
    return (*kinds, int) if float in kinds else kinds


@cache
def known_fields(kind: type) -> Mapping[str, Any]:
    """Return the fields of a class and their types."""
    from couler_jupyter.engines.argo.words.fields.template import Template

    return get_type_hints(kind, localns={"Template": Template})
