"""Wishes that call steps by names: `run A, then B and C in parallel, then D`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from couler_jupyter.nl.draft.chunks import Segment
from couler_jupyter.nl.draft.declared_plan import in_order
from couler_jupyter.nl.draft.lists import names_in
from couler_jupyter.nl.draft.plan import Activity, Plan
from couler_jupyter.nl.draft.programs import named_program
from couler_jupyter.nl.draft.things import Prose
from couler_jupyter.nl.draft.verbs import kind_of, verb_in
from couler_jupyter.nl.modules import Kind

_WAITS = re.compile(
    r"\b(?:depends? on|after|waits? (?:for|until|on)|follows?|needs?|requires?|once|when|"
    r"as soon as)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class NamedSteps:
    """Steps with names, as they are spoken of.

    Attributes:
        prose: the wish.
        names: what it calls its steps.
        done: those so far.
        ends: names that what comes next waits for.
    """

    prose: Prose
    names: frozenset[str]
    done: list[Activity] = field(default_factory=list[Activity])
    ends: tuple[str, ...] = ()
    _now: Segment | None = None
    _ahead: tuple[str, ...] = ()

    def take(self, segment: Segment) -> None:
        """Add what a segment says of them."""
        clauses = re.split(r",\s*(?:and\s+)?|;", segment.text)
        for place, clause in enumerate(clauses):
            found = names_in(clause, self.prose, self.names)
            last = place and place == len(clauses) - 1 and segment.chunks
            if found and last and segment.chunks[-1].joins:
                self._clause(clause, found, replace(segment))
            elif found:
                self._clause(clause, found, segment)

    def plan(self) -> Plan:
        """Return the plan so far."""
        return Plan(activities=in_order(self.done))

    def _clause(self, clause: str, found: tuple[str, ...], segment: Segment) -> None:
        wait = _waits(clause, self.prose, self.names)
        if wait is not None:
            waiting, waited = wait[0], wait[1] or self.ends
            for name in waited:
                self._mention(name, ())
            for name in waiting:
                self._mention(name, waited)
            self.ends = self._last()
            return
        front = self._before(segment)
        known = {one.name for one in self.done}
        fresh = tuple(name for name in found if name not in known)
        for name in fresh:
            self._mention(name, front)
            if segment.serial:
                front = (name,)
        same = self._now is segment
        self.ends = front if segment.serial else (*(self.ends if same else ()), *fresh)
        self._now = segment

    def _before(self, segment: Segment) -> tuple[str, ...]:
        """Return what the steps of a segment wait for, all of them the same."""
        if self._now is not segment or segment.serial:
            self._ahead = self.ends
        return self._ahead

    def _mention(self, name: str, needs: tuple[str, ...]) -> None:
        for place, one in enumerate(self.done):
            if one.name == name:
                more = tuple(dict.fromkeys((*one.needs, *needs)))
                self.done[place] = replace(one, needs=more)
                return
        verb = verb_in(name)
        kind = kind_of(verb, name) if verb and len(name) > 1 else Kind.CUSTOM
        image, command = named_program(name, self.prose)
        self.done.append(
            Activity(
                name=name,
                kind=kind,
                does=f"step {name}",
                needs=needs,
                verb=verb,
                image=image,
                command=command,
            )
        )

    def _last(self) -> tuple[str, ...]:
        needed = {need for one in self.done for need in one.needs}
        return tuple(one.name for one in self.done if one.name not in needed)


def _waits(
    text: str, prose: Prose, names: frozenset[str]
) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return names that wait, and those they wait for; None where that is not said."""
    found = _WAITS.search(text)
    if found is None:
        return None
    before = names_in(text[: found.start()], prose, names)
    behind = names_in(text[found.end() :], prose, names)
    return (before, behind) if before else None
