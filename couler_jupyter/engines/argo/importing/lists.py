"""Texts that are the JSON of lists and objects with tags in them."""

from __future__ import annotations

import json

from couler_jupyter.engines.argo.reading.boolean import Unreadable
from couler_jupyter.engines.argo.reading.expr import (
    Call,
    Chosen,
    Literal,
    Tree,
    Two,
    parse,
)
from couler_jupyter.engines.argo.reading.expressions import Values
from couler_jupyter.engines.argo.reading.tags import Lookup, Tag, pieces, read_value
from couler_jupyter.ir import Constant, DictOf, Json, ListOf, Value

_MARK = "\ue000"


def read_json_value(text: str, known: Lookup) -> Value | None:
    """Return the list or object whose JSON a text is, tags being its values.

    None where it is none, or a tag stands in the middle of a text.
    """
    if text[:1] not in ("[", "{"):
        return None
    tags: list[Tag] = []
    marked = ""
    for piece in pieces(text):
        if isinstance(piece, str):
            marked += piece
        else:
            marked += f'"{_MARK}{len(tags)}"'
            tags.append(piece)
    try:
        return _built(json.loads(marked), [_value(tag, known) for tag in tags])
    except (ValueError, RecursionError, Unreadable):
        return None


def _built(found: Json, values: list[Value]) -> Value:
    if isinstance(found, list):
        return ListOf(tuple(_built(one, values) for one in found))
    if isinstance(found, dict):
        pairs = tuple((str(key), _built(one, values)) for key, one in found.items())
        if any(_MARK in key for key, _ in pairs):
            raise Unreadable("a tag is a key")
        return DictOf(pairs)
    if isinstance(found, str) and found.startswith(_MARK):
        return values[int(found[1:])]
    if isinstance(found, str) and _MARK in found:
        raise Unreadable("a tag is inside a text")
    return Constant.of(found)


def _value(tag: Tag, known: Lookup) -> Value:
    if not tag.expression:
        return read_value(tag.text, known)
    return Values(known.named).value(_without_json(parse(tag.name)))


def _without_json(tree: Tree) -> Tree:
    """Return what an expression gives the JSON of."""
    match tree:
        case Chosen(
            condition=Two(word="matches", left=one, right=Literal()),
            yes=same,
            no=Call(name="toJson", arguments=(again,)),
        ) if one == same == again:
            return one
        case Call(name="toJson", arguments=(one,)):
            return one
        case _:
            return tree
