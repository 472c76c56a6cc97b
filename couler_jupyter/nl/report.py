"""What the checks of a program have found, in words that can be shown and sent back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Check(StrEnum):
    """What is checked, in this order; a check that fails spares those after it."""

    PARSE = "parse"
    GATE = "gate"
    NAMES = "names"
    DRY_RUN = "dry run"
    VALIDATE = "validate"
    POLICY = "policy"
    COMPILE = "compile"
    LINT = "lint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with a program.

    Attributes:
        check: what found it.
        what: what is wrong and what would be right, in one line.
        line: of the program, from 1; 0 where it is about all of it.
        rule: stays the same for ever, as `gate-import`; empty where there is none.
    """

    check: Check
    what: str
    line: int = 0
    rule: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}" if self.line else self.what


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """Something a workflow would do that a person should have seen before it runs.

    Attributes:
        rule: stays the same for ever, as `policy-host-path`.
        what: what it would do, in one line.
        step: that would do it; empty for the whole workflow.
        line: of the program, from 1; 0 if unknown.
        blocks: True where no proposal is made with it.
    """

    rule: str
    what: str
    step: str = ""
    line: int = 0
    blocks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of checking one program.

    Attributes:
        done: the checks that were made, in order.
        faults: what is wrong; empty for a program that can be proposed.
        risks: what it would do that a person should see.
    """

    done: tuple[Check, ...] = ()
    faults: tuple[Fault, ...] = ()
    risks: tuple[Risk, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults
