"""Which fields of the Argo API a manifest shows, and where it strays from the API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from couler_jupyter.ir import Json
from tests.engines.argo.coverage.shape import Kind, Pair, Shape, Types


def shown(document: Mapping[str, Json], types: Types) -> set[Pair]:
    """Return the pairs that a manifest sets; `apiVersion` and `kind` are none.

    Raises:
        ValueError: a field is not of the API, or its value is of another kind.
    """
    body = {k: v for k, v in document.items() if k not in {"apiVersion", "kind"}}
    return set(_of_object(body, str(document["kind"]), types))


def _of_object(found: Json, name: str, types: Types) -> Iterator[Pair]:
    if not isinstance(found, dict):
        raise ValueError(f"{name}: {found!r} is no object")  # noqa: TRY004 (of a file)
    for field, value in found.items():
        if field not in types[name]:
            raise ValueError(f"{name} has no field {field}")
        pair = Pair(name, field)
        yield pair
        yield from _of_value(value, types[name][field].shape, pair, types)


def _of_value(found: Json, shape: Shape, pair: Pair, types: Types) -> Iterator[Pair]:
    if not _fits(found, shape.kind):
        raise ValueError(f"{pair}: {found!r} is no {shape.kind}")
    if shape.kind is Kind.OBJECT:
        yield from _of_object(found, shape.type, types)
    inner = shape.of
    if inner is None or inner.kind is Kind.ANY:
        return
    for one in _parts(found):
        yield from _of_value(one, inner, pair, types)


def _parts(found: Json) -> Iterator[Json]:
    if isinstance(found, dict):
        yield from found.values()
    elif isinstance(found, list | tuple):
        yield from found


def _fits(found: Json, kind: Kind) -> bool:
    match kind:
        case Kind.ANY:
            return True
        case Kind.LIST:
            return isinstance(found, list | tuple)
        case Kind.MAP | Kind.OBJECT:
            return isinstance(found, dict)
        case Kind.TRUTH:
            return isinstance(found, bool)
        case Kind.TEXT:
            return isinstance(found, str)
        case Kind.WHOLE:
            return isinstance(found, int) and not isinstance(found, bool)
        case Kind.NUMBER:
            return isinstance(found, int | float) and not isinstance(found, bool)
        case Kind.TEXT_OR_WHOLE | Kind.QUANTITY:
            return isinstance(found, int | float | str) and not isinstance(found, bool)
