"""Engines as passes see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from couler_jupyter.errors import Problem
from couler_jupyter.ir import Feature, Limit, Workflow


class Facts:
    """An engine that does nothing."""

    name: ClassVar[str] = "stub"
    features: ClassVar[frozenset[Feature]] = frozenset(Feature)
    limits: ClassVar[tuple[Limit, ...]] = ()

    def __init__(
        self, refused: tuple[Problem, ...] = (), noted: tuple[Problem, ...] = ()
    ) -> None:
        self.refused, self.noted = refused, noted

    def lower(self, workflow: Workflow) -> Workflow:
        return workflow

    def problems(self, workflow: Workflow) -> tuple[Problem, ...]:
        return self.refused

    def notes(self, workflow: Workflow) -> tuple[Problem, ...]:
        return self.noted

    def sizes(self, workflow: Workflow) -> Mapping[str, int]:
        return {"steps": workflow.size}

    def part_sizes(self, workflow: Workflow) -> tuple[Mapping[str, int], ...]:
        return ()


class Deaf(Facts):
    """An engine that does not listen to requests."""

    features = frozenset(Feature) - {Feature.RESOURCES}


class Small(Facts):
    """An engine that takes one step."""

    limits: ClassVar[tuple[Limit, ...]] = (
        Limit(of="steps", most=1, reason="it is small"),
    )
