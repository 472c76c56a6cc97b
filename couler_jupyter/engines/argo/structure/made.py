"""A template that was made, and what its tasks pass on to it."""

from __future__ import annotations

from dataclasses import dataclass

from couler_jupyter.ir import ParameterRef


@dataclass(frozen=True, slots=True)
class Made:
    """A template, and which inputs of the workflow its tasks pass on to it.

    Attributes:
        template: its name.
        passed: its inputs beside those that the step gives, with what they are.
    """

    template: str
    passed: tuple[tuple[str, ParameterRef], ...] = ()
