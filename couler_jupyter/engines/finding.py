"""What is wrong with a manifest, found without a cluster: the capability to lint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Severity(StrEnum):
    """How much a finding weighs.

    An ERROR is refused by the engine or fails when it runs, a WARNING may do something
    else than was meant, a NOTE says what cannot be known from the files alone. Only
    errors fail a command.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is looked for.

    Attributes:
        id: stays the same for ever, as `ARGO101`.
        name: the same in words, as `unknown-field`.
        says: what a manifest must be like.
        severity: of its findings.
    """

    id: str
    name: str
    says: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, where, and what would be right.

    Attributes:
        rule: what was looked for.
        file: as it was named by whoever asked.
        line: of the text, from 1.
        column: of the line, from 1.
        what: what is wrong.
        right: what would be right; empty where that is plain.
    """

    rule: Rule
    file: str
    line: int
    column: int
    what: str
    right: str = ""

    @property
    def severity(self) -> Severity:
        """How much it weighs."""
        return self.rule.severity

    @property
    def message(self) -> str:
        """What is wrong and what would be right, in one line."""
        return f"{self.what}; {self.right}" if self.right else self.what


@dataclass(frozen=True, slots=True)
class Source:
    """A text to look at.

    Attributes:
        file: what findings call it.
        text: all of it.
    """

    file: str
    text: str


@runtime_checkable
class Linter(Protocol):
    """The capability to say what an engine would refuse, without asking it."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All that is looked for, in the order of the ids."""
        ...

    def lint(self, sources: Sequence[Source]) -> tuple[Finding, ...]:
        """Return what is wrong, in the order of the texts.

        What one text refers to is looked for in the others.
        """
        ...
