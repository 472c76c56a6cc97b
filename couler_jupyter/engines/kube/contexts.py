"""The names of contexts and namespaces in a kubeconfig; nothing else of it is kept."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MOST_BYTES = 4 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Contexts:
    """What can be named of a kubeconfig.

    Attributes:
        namespaces: of each context by its name, in the order of the file; empty for one
            that names none.
        current: the context that is meant where none is named.
    """

    namespaces: Mapping[str, str]
    current: str = ""

    def namespaces_for(self, context: str) -> tuple[str, ...]:
        """Return the namespaces that are named, that of `context` first."""
        own = self.namespaces.get(context or self.current, "")
        found = dict.fromkeys((own, *self.namespaces.values()))
        return tuple(one for one in found if one)


def contexts_in(kubeconfig: str = "") -> Contexts:
    """Return what a kubeconfig names; nothing where it cannot be read.

    Args:
        kubeconfig: a file; empty for those of `KUBECONFIG`, or `~/.kube/config`.
    """
    namespaces: dict[str, str] = {}
    current = ""
    for one in _files(kubeconfig):
        found = _read(one)
        current = current or _text(found.get("current-context"))
        for name, namespace in _contexts(found.get("contexts")):
            namespaces.setdefault(name, namespace)  # the first file that has it counts
    return Contexts(namespaces=namespaces, current=current)


def _files(kubeconfig: str) -> list[Path]:
    given = kubeconfig or os.environ.get("KUBECONFIG") or "~/.kube/config"
    return [Path(one).expanduser() for one in given.split(os.pathsep) if one]


def _read(path: Path) -> Mapping[str, Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        with path.open("rb") as file:
            found = yaml.load(file.read(_MOST_BYTES), Loader=loader)  # noqa: S506
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return {}  # what is wrong with it is told by who connects
    return found if isinstance(found, dict) else {}


def _contexts(listed: object) -> Iterator[tuple[str, str]]:
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and (name := _text(one.get("name"))):
            context = one.get("context")
            own = context.get("namespace") if isinstance(context, dict) else ""
            yield name, _text(own)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
