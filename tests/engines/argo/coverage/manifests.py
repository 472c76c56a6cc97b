"""For every field of the Argo API, a small manifest that sets it where it is valid."""

from __future__ import annotations

from collections.abc import Mapping

from couler_jupyter.ir import Json
from tests.engines.argo.coverage.hera_models import KINDS
from tests.engines.argo.coverage.minimal import Object, minimal
from tests.engines.argo.coverage.routes import (
    AROUND,
    EVERYWHERE,
    NEEDS,
    exclusive,
    route,
)
from tests.engines.argo.coverage.shape import Kind, Pair, Shape, Types
from tests.engines.argo.coverage.values import value_of


def manifest(pair: Pair, types: Types) -> Object:
    """Return a minimal manifest that sets this field."""
    places = [pair, *route(pair, types)]
    around = AROUND.get(str(pair), {})
    for place in places:
        around = {**EVERYWHERE.get(place.field, {}), **around}
    added = {pair.field: value_of(pair, types), **NEEDS.get(str(pair), {})}
    made: Object = {}
    for index, place in enumerate(places):
        above = places[min(index + 1, len(places) - 1)]
        found = minimal(place.owner, above, types)
        found = _with(found, place.owner, around.get(place.owner, {}))
        made = (
            _put(found, place, made, types)
            if made
            else _with(found, place.owner, added)
        )
    kind = places[-1].owner
    if kind not in KINDS:
        raise AssertionError(f"{pair} leads to {kind}")
    return {"apiVersion": "argoproj.io/v1alpha1", "kind": kind, **made}


def _with(found: Object, owner: str, added: Mapping[str, Json]) -> Object:
    """Return an object with fields added, and those gone that exclude them."""
    out = {other for field in added for other in exclusive(owner, field)}
    return {**{k: v for k, v in found.items() if k not in out}, **added}


def _put(found: Object, place: Pair, made: Object, types: Types) -> Object:
    shape = types[place.owner][place.field].shape
    there = found.get(place.field)
    return _with(found, place.owner, {place.field: _wrapped(shape, made, there)})


def _wrapped(shape: Shape, made: Object, there: Json) -> Json:
    """Return what stands in a field of this shape to hold the object."""
    if shape.kind is Kind.LIST and shape.of is not None:
        if shape.of.kind is Kind.LIST:
            return [[{"name": "first", "template": "work"}], [made]]
        return [*_others(there, made), made]
    if shape.kind is Kind.MAP:
        return {"exit" if "template" in made else "some": made}
    return made


def _others(there: Json, made: Object) -> list[Json]:
    """Return what stands in the list already, but under the same name."""
    if not isinstance(there, list):
        return []
    return [
        one
        for one in there
        if not (isinstance(one, dict) and one.get("name") == made.get("name"))
    ]
