"""A template that was made, and what its tasks pass on to it."""

from __future__ import annotations

from dataclasses import dataclass

from couler_jupyter.ir import Constant, ParameterRef


@dataclass(frozen=True, slots=True)
class Made:
    """A template, and what its tasks give it beside what the step says.

    Attributes:
        template: its name.
        passed: its inputs beside those that the step gives, with what they are.
    """

    template: str
    passed: tuple[tuple[str, ParameterRef | Constant], ...] = ()
