"""How a workflow in parts ended, by how its steps did: no child knows that alone.

A child ends as its own last tasks do, though a step of a later part may be there for the
failure of one of its steps. So the steps of all children are looked at together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from couler_jupyter.engines.argo.extras import form
from couler_jupyter.engines.argo.live.parts.ends import (
    BAD,
    ERROR,
    FAILED,
    OMITTED,
    SKIPPED,
    SUCCEEDED,
    End,
)
from couler_jupyter.engines.argo.structure.verdict import FORM, STRICT
from couler_jupyter.ir import Ended, Outcome, Workflow, atoms

_LEAVES = "leaves"


@dataclass(frozen=True)
class Verdict:
    """What the ends of a workflow's steps mean for the whole."""

    workflow: Workflow

    def of(self, ends: Mapping[str, End]) -> tuple[str, str]:
        """Return the phase of the whole in Argo's words, and why."""
        bad = [one for one in self._fatal(ends) if one in ends]
        if not bad:
            return SUCCEEDED, ""
        own = [one for one in bad if not ends[one].killed] or bad
        first = next((one for one in own if ends[one].phase == FAILED), own[0])
        phase = ends[first].phase if ends[first].phase in BAD else FAILED
        more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
        why = ends[first].message or ends[first].phase
        return phase, f"step {first!r} failed: {why}{more}"

    def halts(self, step: str, end: End) -> bool:
        """Whether with `fail_fast` nothing more may start once a step ended so."""
        return (
            end.phase in BAD
            and not end.killed
            and not any(_fits(end, one.how) for _, one in self._awaited.get(step, ()))
        )

    def _fatal(self, ends: Mapping[str, End]) -> Iterator[str]:
        chosen = form(self.workflow.extras, FORM) if self.workflow.extras else None
        if chosen == _LEAVES:
            yield from self._bad_leaves(ends)
            return
        for step, end in ends.items():
            if end.phase in BAD and not (
                chosen != STRICT and self._handled(step, ends)
            ):
                yield step

    def _handled(self, step: str, ends: Mapping[str, End]) -> bool:
        """Whether some step that is there for that end ran well."""
        return any(
            ends[who].phase == SUCCEEDED and _fits(ends[step], one.how)
            for who, one in self._awaited.get(step, ())
            if who in ends
        )

    def _bad_leaves(self, ends: Mapping[str, End]) -> list[str]:
        """Return the last steps that failed, or for whose failure others never ran."""
        waits = self.workflow.dependencies
        used = {one for names in waits.values() for one in names}
        cause: dict[str, str] = {}
        for name in self.workflow.order:
            phase = ends[name].phase if name in ends else OMITTED
            if phase in BAD:
                cause[name] = name
            elif phase in (OMITTED, SKIPPED):
                found = next((cause[one] for one in waits[name] if one in cause), "")
                cause |= {name: found} if found else {}
        return [*dict.fromkeys(cause[one] for one in cause if one not in used)]

    @cached_property
    def _awaited(self) -> Mapping[str, list[tuple[str, Ended]]]:
        """Who asks how a step ended, by that step."""
        found: dict[str, list[tuple[str, Ended]]] = {}
        for step in self.workflow.steps:
            for one in step.after:
                for atom in () if isinstance(one, str) else atoms(one):
                    if isinstance(atom, Ended):
                        found.setdefault(atom.step, []).append((step.name, atom))
        return found


def _fits(end: End, how: tuple[Outcome, ...]) -> bool:
    return (
        (Outcome.FAILED in how and end.phase == FAILED)
        or (Outcome.ERRORED in how and end.phase == ERROR)
        or (Outcome.ALL_FAILED in how and end.none_good)
    )
