"""One target: an engine, and how that is reached; no secret is ever part of it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from couler_jupyter.errors import UsageFailed
from couler_jupyter.targets.secret import FORMS, is_reference

Option: TypeAlias = str | int | float | bool
"""The value of an option, as TOML has it."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", re.ASCII)
_WORD = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)
_ENGINE = re.compile(r"[a-z][a-z0-9_.-]{0,62}", re.ASCII)
_SECRET = re.compile(r"token|password|passwd|secret|credential|api_?key")
_WITH_PASSWORD = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s@]*:[^/\s@]*@", re.IGNORECASE)
_LONGEST = 4096
_KEYS = ("engine", "options", "secrets")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A place where workflows run.

    Making one checks it and says all that is wrong as `UsageFailed`.

    Attributes:
        name: what a person calls it.
        engine: name of the engine.
        options: of the engine, as `namespace` or `server`.
        secrets: where each secret is, as `env:NAME` or `keyring:SERVICE/NAME`.
        origin: file that it is written in; empty if it is in none.
    """

    name: str
    engine: str
    options: Mapping[str, Option] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    origin: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if faults := list(_faults(self)):
            raise UsageFailed(f"target {_shown(self.name)}: {'; '.join(faults)}")

    def run_options(self) -> dict[str, Option]:
        """Return the options for a run there; a secret `token` goes as `token_from`.

        What goes is the reference: the engine reads the secret when it needs it.
        """
        references = {f"{name}_from": at for name, at in self.secrets.items()}
        return {**self.options, **references}


def target_of(name: str, given: object, origin: str = "") -> Target:
    """Return a target from plain data, as it stands in a file.

    Raises:
        UsageFailed: with all that is wrong.
    """
    if not isinstance(given, Mapping):
        raise UsageFailed(
            f"target {_shown(name)}: write a table with engine, options and secrets"
        )
    if unknown := [_shown(key) for key in given if key not in _KEYS]:
        raise UsageFailed(
            f"target {_shown(name)}: no {', '.join(unknown)} there; options of the "
            "engine go into options"
        )
    return Target(
        name=name,
        engine=given.get("engine", ""),
        options=given.get("options", {}),
        secrets=given.get("secrets", {}),
        origin=origin,
    )


def _faults(target: Target) -> Iterator[str]:
    """Yield what is wrong; its fields may hold anything that a file can hold."""
    if not _matches(_NAME, target.name):
        yield "a name is letters, digits, '.', '_' and '-', 63 at the most"
    if not _matches(_ENGINE, target.engine):
        yield f"engine is {_shown(target.engine)}; write the name of an engine"
    tables: dict[str, object] = {"options": target.options, "secrets": target.secrets}
    for kind, table in tables.items():
        if isinstance(table, Mapping):
            fault = _FAULTS[kind]
            yield from filter(None, (fault(*pair) for pair in table.items()))
        else:
            yield f"{kind} is {_shown(table)}; write a table"
            return
    for name in target.secrets:
        if f"{name}_from" in target.options:
            yield f"{name}_from is an option and the secret {name}; write only one"


def _option_fault(name: object, value: object) -> str:
    if not _matches(_WORD, name):
        return f"an option cannot be named {_shown(name)}"
    if _SECRET.search(str(name)) and not str(name).endswith("_from"):
        return f"{name} is no option; write it under secrets, as {FORMS}"
    if str(name).endswith("_from") and not (
        isinstance(value, str) and is_reference(value)
    ):
        return f"option {name} says where a secret is; write {FORMS}"
    if isinstance(value, str):
        if _WITH_PASSWORD.search(value):
            return f"option {name} is a URL with a password; write it without"
        if len(value) > _LONGEST or not value.isprintable():
            return f"option {name}: write one line of at most {_LONGEST} characters"
        return ""
    if isinstance(value, float) and not math.isfinite(value):
        return f"option {name} is {value!r}; write a number"
    if not isinstance(value, bool | int | float):
        return f"option {name}: write a text, a number, true or false"
    return ""


def _secret_fault(name: object, value: object) -> str:
    if not _matches(_WORD, name):
        return f"a secret cannot be named {_shown(name)}"
    if not (isinstance(value, str) and is_reference(value) and value.isprintable()):
        # it may be the secret itself: not repeated
        return f"secret {name}: say where it is, as {FORMS}, not what it is"
    return ""


_FAULTS = MappingProxyType({"options": _option_fault, "secrets": _secret_fault})


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
