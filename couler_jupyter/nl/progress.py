"""What is told while a wish is worked on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from couler_jupyter.llm import Spent
from couler_jupyter.nl.modules import Module
from couler_jupyter.nl.report import Report


@dataclass(frozen=True, slots=True)
class Decomposed:
    """The wish has been taken apart."""

    modules: tuple[Module, ...]


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Entries of the Code Lake have been found, by name."""

    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Writing:
    """A piece of the model's answer has come."""

    piece: str


@dataclass(frozen=True, slots=True)
class Checked:
    """An attempt has been checked; attempts count from 1."""

    attempt: int
    report: Report


@dataclass(frozen=True, slots=True)
class Scored:
    """The model has judged an attempt against the wish, of 1."""

    attempt: int
    score: float


@dataclass(frozen=True, slots=True)
class Paid:
    """What has been spent so far."""

    spent: Spent


Progress: TypeAlias = Decomposed | Retrieved | Writing | Checked | Scored | Paid
Listener: TypeAlias = Callable[[Progress], None]
