"""What types and fields Argo has: a table made from its API, and what is added by hand.

That is of the newest version; what earlier ones lack or still had stands in a table too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from couler_jupyter.engines.argo.whole.versions import OLDEST, parse_version

Version: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Type:
    """A kind of object.

    Attributes:
        name: as Argo or Kubernetes calls it.
        fields: the word for the type of each field.
        required: what must be there.
        gone: fields that earlier versions had, and what stands for them now.
        enums: the words that a field may have.
        later: fields that came later, and with which version.
    """

    name: str
    fields: Mapping[str, str]
    required: frozenset[str] = frozenset()
    gone: Mapping[str, str] = field(default_factory=dict[str, str])
    enums: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict[str, "tuple[str, ...]"]
    )
    later: Mapping[str, str] = field(default_factory=dict[str, str])


@cache
def types(version: Version) -> Mapping[str, Type]:
    """Return all types by name, as a version of Argo has them."""
    table: dict[str, dict[str, str]] = _read("schema.json")["types"]
    more = _read("more.json")
    for name, fields in more["types"].items():
        for key in fields:
            table[name].pop(f"{key}!", None)
        table[name].update(fields)
    enums: dict[str, list[str]] = {**more["enums"], **more["enums-of-lists"]}
    changes = _read("versions.json")
    return {
        name: _of_version(_type(name, fields, more, enums), changes, version)
        for name, fields in table.items()
    }


def rules_since() -> Mapping[str, Version]:
    """Return the rules that came with a version of Argo, by id, and which that was."""
    found: dict[str, str] = _read("versions.json")["rules"]
    return {rule: parse_version(version) for rule, version in found.items()}


def _of_version(kind: Type, changes: dict[str, Any], version: Version) -> Type:
    """Return a type with the fields and words that it had in a version."""
    later = {
        key: since
        for key in kind.fields
        if (since := changes["since"].get(f"{kind.name}.{key}"))
        and parse_version(since) > version
    }
    still = {
        name.partition(".")[2]: word
        for name, (until, word) in (changes["until"] | changes["types"]).items()
        if name.partition(".")[0] == kind.name and parse_version(until) > version
    }
    enums = {
        key: tuple(w for w in words if _is_there(changes, kind.name, key, w, version))
        for key, words in kind.enums.items()
    }
    kept = {key: word for key, word in kind.fields.items() if key not in later}
    return replace(
        kind,
        fields=kept | still,
        gone={key: now for key, now in kind.gone.items() if key not in still},
        enums=enums,
        later=later,
    )


def _is_there(
    changes: dict[str, Any], name: str, key: str, word: str, version: Version
) -> bool:
    since: str = changes["words"].get(f"{name}.{key}", {}).get(word, OLDEST)
    return parse_version(since) <= version


def _type(
    name: str,
    fields: dict[str, str],
    more: dict[str, Any],
    enums: dict[str, list[str]],
) -> Type:
    optional = more["optional"].get(name, ())
    required = {key[:-1] for key in fields if key.endswith("!")}
    words = {
        key.partition(".")[2]: tuple(values)
        for key, values in enums.items()
        if key.partition(".")[0] == name
    }
    return Type(
        name,
        {key.removesuffix("!"): word for key, word in fields.items()},
        frozenset(required.difference(optional)),
        more["gone"].get(name, {}),
        words,
    )


def _read(name: str) -> dict[str, Any]:
    text = (files("couler_jupyter.engines.argo.linting") / name).read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
