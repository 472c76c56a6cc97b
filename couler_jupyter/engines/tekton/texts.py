"""Texts as they go through Tekton: what is meant, after all who replace parts of it.

Tekton replaces its own references, as `$(params.rate)`, in a text; of commands,
arguments and variables Kubernetes then replaces `$(NAME)` and `$$`. So all text is written
with each `$` twice, in results and parameters too: whoever reads them is behind
Kubernetes, and finds what was meant.

Source: https://tekton.dev/docs/pipelines/variables/
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TypeAlias

from couler_jupyter.ir import (
    Constant,
    DictOf,
    FirstOf,
    Format,
    Json,
    Leaf,
    ListOf,
    Text,
    Value,
    as_text,
    leaves,
)

LookUp: TypeAlias = Callable[[Leaf], str]
"""What a reference is in Tekton's words, in the place where it is written."""
Reckon: TypeAlias = Callable[[Value], str]
"""What a value is in Tekton's words that a task of its own has to put together."""

_REFERENCE = re.compile(
    r"\$\((?:params|tasks|finally|context|workspaces|results|steps|step|credentials)"
    r"[.\[][^()]*\)"
)


class Unsayable(Exception):
    """Tekton has no words for something; the message is why, and what would do."""


def wire(text: str) -> str:
    """Return a text as Tekton passes it on.

    >>> wire("cost: $5")
    'cost: $$5'
    """
    return text.replace("$", "$$")


def meant(text: str) -> str:
    """Return what a text means that Tekton passes on.

    >>> meant("cost: $$5")
    'cost: $5'
    """
    return text.replace("$$", "$")


def literal(text: str) -> str:
    """Return a text that no part of is replaced.

    Raises:
        Unsayable: Tekton would take a part of it for a reference.
    """
    found = _REFERENCE.search(text)
    if found is not None:
        what = f"its text holds {found[0]!r}, which Tekton would replace; "
        raise Unsayable(f"{what}pass it in a file or by a script")
    return wire(text)


def is_safe(text: str) -> bool:
    """Whether Tekton finds no reference in a text."""
    return _REFERENCE.search(text) is None


def text_of(value: Text, look_up: LookUp, reckon: Reckon) -> str:
    """Return the text of a value as Tekton passes it on.

    Raises:
        Unsayable: there are no words for it.
    """
    match value:
        case str():
            return literal(value)
        case Constant():
            return literal(as_text(value.value))
        case Format(parts=parts):
            return "".join(text_of(part, look_up, reckon) for part in parts)
        case ListOf() | DictOf() | FirstOf():
            known = known_value(value)
            return reckon(value) if known is None else literal(as_text(known.value))
        case _:
            return look_up(value)


def known_value(value: Value) -> Constant | None:
    """Return what a value is that is known already; None if only the run will tell."""
    if not all(isinstance(leaf, Constant) for leaf in leaves(value)):
        return None
    return Constant.of(_known(value))


def _known(value: Value) -> Json:
    match value:
        case Constant():
            return value.value
        case Format(parts=parts):
            texts = (one if isinstance(one, str) else _known(one) for one in parts)
            return "".join(as_text(one) for one in texts)
        case ListOf(items=items):
            return [_known(item) for item in items]
        case DictOf(items=pairs):
            return {key: _known(part) for key, part in pairs}
        case FirstOf(options=options):
            return _known(options[0])
        case _:
            raise AssertionError("only the run will tell")


def plan_text(plan: Json) -> str:
    """Return what a program is told as JSON in which nobody replaces anything."""
    text = json.dumps(plan, ensure_ascii=False, separators=(",", ":"))
    return text.replace("$", "\\u0024")
