"""Values and texts of the IR as Argo writes them: plain text, tags and expressions.

Argo passes everything as text. A tag (`{{tasks.fit.outputs.result}}`) is replaced by the
text of a variable, an expression (`{{=...}}`, https://expr-lang.org) by what it gives.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TypeAlias

from couler_jupyter.engines.argo.terms import (
    BRACE,
    Term,
    expression_of,
    quoted,
    tag_of,
    with_braces,
)
from couler_jupyter.ir import (
    Constant,
    DictOf,
    FirstOf,
    Format,
    Leaf,
    ListOf,
    Text,
    Value,
    ValueType,
    as_text,
)

LookUp: TypeAlias = Callable[[Leaf], Term]
"""What a reference is in Argo, in the place where it is written."""

NUMBER = "^ *[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)? *$"
READS_AS_JSON = (
    "^ *(-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?|true|false|null"
    '|"[^"]*"|[[] *([]]|(?s)[-0-9tfn{["].*[]])|[{] *([}]|(?s)".*[}])) *$'
)
"""A text that is JSON, or near enough: expr-lang cannot try to read it."""
_IS_JSON = frozenset(
    {
        ValueType.INTEGER,
        ValueType.NUMBER,
        ValueType.BOOLEAN,
        ValueType.LIST,
        ValueType.OBJECT,
    }
)


def text_of(value: Text, look_up: LookUp) -> str:
    """Return the text of a value, with tags for what is known only in the run."""
    match value:
        case str():
            return with_braces(value)
        case Constant():
            return with_braces(as_text(value.value))
        case Format(parts=parts):
            return joined(text_of(part, look_up) for part in parts)
        case ListOf() | DictOf():
            return json_text_of(value, look_up)
        case FirstOf():
            return f"{{{{={text_expression(value, look_up)}}}}}"
        case _:
            return tag_of(look_up(value))


def json_text_of(value: Value, look_up: LookUp) -> str:
    """Return the JSON text of a value, with tags for what is known only in the run."""
    match value:
        case Constant(json=text):
            return text.replace("{{", "\\u007b{") if "{{" in text else text
        case ListOf(items=items):
            parts = (json_text_of(item, look_up) for item in items)
            return joined(("[", *_with_commas(parts), "]"))
        case DictOf(items=pairs):
            named = (_pair(key, json_text_of(part, look_up)) for key, part in pairs)
            return joined(("{", *_with_commas(named), "}"))
        case Format() | FirstOf():
            return f"{{{{={json_expression(value, look_up)}}}}}"
        case _:
            term = look_up(value)
            if term.literal is None and term.type in _IS_JSON:
                return tag_of(term)
            return f"{{{{={_json_of(term)}}}}}"


def text_expression(value: Text, look_up: LookUp) -> str:
    """Return an expression that gives the text of a value."""
    match value:
        case str():
            return quoted(value)
        case Constant():
            return quoted(as_text(value.value))
        case Format(parts=parts):
            return _sum([text_expression(part, look_up) for part in parts])
        case ListOf() | DictOf():
            return json_expression(value, look_up)
        case FirstOf(options=options):
            return _first(options, look_up, text_expression)
        case _:
            return expression_of(look_up(value))


def json_expression(value: Value, look_up: LookUp) -> str:
    """Return an expression that gives the JSON text of a value."""
    match value:
        case Constant(json=text):
            return quoted(text)
        case Format():
            return f"toJson({text_expression(value, look_up)})"
        case ListOf(items=items):
            parts = [json_expression(item, look_up) for item in items]
            return _sum(["'['", *_with_quoted_commas(parts), "']'"])
        case DictOf(items=pairs):
            named = [
                f"{quoted(_pair(key, ''))} + {json_expression(part, look_up)}"
                for key, part in pairs
            ]
            return _sum(["'{'", *_with_quoted_commas(named), "'}'"])
        case FirstOf(options=options):
            return _first(options, look_up, json_expression)
        case _:
            return _json_of(look_up(value))


def is_there(value: Text, look_up: LookUp) -> str:
    """Return an expression that says whether a value is there; empty for always."""
    match value:
        case str() | Constant():
            return ""
        case Format(parts=parts) | ListOf(items=parts):
            return _all(is_there(part, look_up) for part in parts)
        case DictOf(items=pairs):
            return _all(is_there(part, look_up) for _, part in pairs)
        case FirstOf(options=options):
            known = [is_there(option, look_up) for option in options]
            return f"({' || '.join(known)})" if all(known) else ""
        case _:
            return look_up(value).there


def joined(parts: Iterable[str]) -> str:
    """Return parts as one text; braces that meet where two parts do make no tag."""
    whole = ""
    for part in parts:
        if whole.endswith("{") and part.startswith("{"):
            whole = whole[:-1] + BRACE
        whole += part
    return whole


def _json_of(term: Term) -> str:
    if term.literal is not None:
        return quoted(json.dumps(term.literal, ensure_ascii=False))
    text = expression_of(term)
    if term.type in _IS_JSON:
        return text
    if term.type is ValueType.STRING:
        return f"toJson({text})"
    return f"({text} matches {quoted(READS_AS_JSON)} ? {text} : toJson({text}))"


def _first(
    options: tuple[Value, ...],
    look_up: LookUp,
    write: Callable[[Value, LookUp], str],
) -> str:
    *others, last = options
    expression = write(last, look_up)
    for option in reversed(others):
        there = is_there(option, look_up)
        chosen = write(option, look_up)
        expression = f"({there} ? {chosen} : {expression})" if there else chosen
    return expression


def _sum(parts: list[str]) -> str:
    return f"({' + '.join(parts)})" if len(parts) > 1 else "".join(parts) or "''"


def _all(terms: Iterable[str]) -> str:
    return " && ".join(dict.fromkeys(term for term in terms if term))


def _pair(key: str, text: str) -> str:
    named = json.dumps(key, ensure_ascii=False).replace("{{", "\\u007b{")
    return joined((f"{named}:", text))


def _with_commas(parts: Iterable[str]) -> list[str]:
    found: list[str] = []
    for part in parts:
        found += (",", part) if found else (part,)
    return found


def _with_quoted_commas(parts: list[str]) -> list[str]:
    return ["','" if part == "," else part for part in _with_commas(parts)]
