"""References in a pipeline, as Tekton replaces them, and as Kubernetes does after it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_REFERENCE = re.compile(r"\$\(([a-z][^()]*)\)")
_EXPANDED = re.compile(r"\$(?:\$|\(([^()]*)\))")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|h|m|s)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def references_in(found: Any) -> list[str]:
    """Return what is referred to in a part of a pipeline."""
    return _REFERENCE.findall(repr(found))


def replaced(text: str, known: Mapping[str, Any]) -> str:
    """Return a text with what is known in place of references to it."""
    return _REFERENCE.sub(lambda one: str(known.get(one[1], one[0])), text)


def value_of(value: Any, known: Mapping[str, Any]) -> Any:
    """Return a value of a parameter, which may be a list, or stand for one."""
    if isinstance(value, list):
        return [one for text in value for one in spread(text, known)]
    whole = _REFERENCE.fullmatch(value)
    if whole and whole[1].endswith("[*]") and whole[1] in known:
        return known[whole[1]]
    return replaced(value, known)


def spread(text: str, known: Mapping[str, Any]) -> list[str]:
    """Return the texts that one text in a list stands for."""
    whole = _REFERENCE.fullmatch(text)
    if whole and whole[1].endswith("[*]") and whole[1] in known:
        return list(known[whole[1]])
    return [replaced(text, known)]


def expanded(text: str, env: Mapping[str, str]) -> str:
    """Return a text as Kubernetes hands it to a process."""

    def found(one: re.Match[str]) -> str:
        return "$" if one[1] is None else env.get(one[1], one[0])

    return _EXPANDED.sub(found, text)


def named(name: str, value: Any, known: dict[str, Any]) -> None:
    """Make a value known under a name; a list under that of all its items."""
    known[f"{name}[*]" if isinstance(value, list) else name] = value


def seconds(duration: str) -> float | None:
    """Return what a duration of Go is in seconds; None for none.

    >>> seconds("1m1.5s"), seconds("0s")
    (61.5, None)
    """
    total = sum(float(n) * _SECONDS[unit] for n, unit in _DURATION.findall(duration))
    return total or None
