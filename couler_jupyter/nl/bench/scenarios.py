"""Runs with stand-ins as a task describes them, and what is wrong with how they went."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from couler_jupyter.engines.local.scheduling.evaluate import Unfit
from couler_jupyter.ir import Phase
from couler_jupyter.nl.bench.flat import Leaf, without_turns
from couler_jupyter.nl.bench.looking import Look
from couler_jupyter.nl.bench.playing import Act, Played, given, play
from couler_jupyter.nl.bench.seen import is_wait
from couler_jupyter.nl.bench.task import Scenario, Task

_TURN = re.compile(r"#(\d+)")
_OFF = frozenset({Phase.SKIPPED, Phase.OMITTED, None})
_TOKENS = 2
"""Items that an output of a stand-in has."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays what: the leaves of each label."""

    task: Task
    look: Look
    leaves: Mapping[str, tuple[Leaf, ...]]

    def label_at(self, path: str) -> str:
        """Return the label of the step that is at a path of a run."""
        for label, leaves in self.leaves.items():
            if any(leaf.is_at(path) for leaf in leaves):
                return label
        return ""


def fault_of_runs(cast: Cast) -> str:
    """Return the first thing that is wrong with a run; empty if there is none."""
    for number, scenario in enumerate(cast.task.runs or (Scenario(),), start=1):
        if fault := next(_faults(cast, scenario), ""):
            return f"run {number} ({_told(scenario)}): {fault}"
    return ""


def _faults(cast: Cast, scenario: Scenario) -> Iterator[str]:
    loose = cast.look.loose
    labels: dict[str, str] = {}

    def acting(path: str, tries: int) -> Act:
        plain = without_turns(path)
        if plain not in labels:
            labels[plain] = cast.label_at(path)
        return _act(scenario, labels[plain], path, tries)

    try:
        played = play(loose, given(loose, scenario.given), acting)
    except Unfit as error:
        yield str(error)
        return
    for label, leaves in cast.leaves.items():
        yield from _ends(label, leaves, scenario, played)
        yield from _counts(label, leaves, cast.task, scenario, played)
    for label, most in scenario.at_once.items():
        if (found := _at_once(cast.leaves[label], played)) != most:
            yield f"{found} of {label} run at once, not {most}"
    if played.phase != scenario.run:
        yield f"the run has {played.phase or 'no end'}, not {scenario.run}"


def _act(scenario: Scenario, label: str, path: str, tries: int) -> Act:
    if tries <= scenario.fails.get(label, 0):
        return Act(Phase.FAILED)
    if tries <= scenario.breaks.get(label, 0):
        return Act(Phase.ERRORED)
    if label in scenario.turns:
        turns = scenario.turns[label]
        turn = int(_TURN.findall(path)[-1]) if _TURN.search(path) else 1
        return Act(gives=(turns[min(turn, len(turns)) - 1],))
    if label in scenario.gives:
        return Act(gives=(scenario.gives[label],))
    return Act()


def _ends(
    label: str, leaves: tuple[Leaf, ...], scenario: Scenario, played: Played
) -> Iterator[str]:
    for leaf in leaves:
        phases = _phases(leaf, played)
        if label in scenario.off:
            if not phases <= _OFF:
                yield f"{label} ({leaf.path}) runs"
        elif label in scenario.bad:
            if not phases & {Phase.FAILED, Phase.ERRORED}:
                yield f"{label} ({leaf.path}) has not failed"
        elif phases - {Phase.SUCCEEDED}:
            how = ", ".join(sorted(str(one or "not run") for one in phases))
            yield f"{label} ({leaf.path}) has {how}, not succeeded"


def _phases(leaf: Leaf, played: Played) -> frozenset[Phase | None]:
    """Return how a leaf ended; where it was never reached, what it stands in."""
    own = {end for path, end in played.ends.items() if path and leaf.is_at(path)}
    return frozenset(own) or frozenset({None})


def _counts(
    label: str,
    leaves: tuple[Leaf, ...],
    task: Task,
    scenario: Scenario,
    played: Played,
) -> Iterator[str]:
    if label in scenario.bad and label not in scenario.counts:
        return
    found = {one.path for one in played.launches if _is_one_of(leaves, one.path)}
    wanted = scenario.counts.get(label)
    if wanted is None:
        wanted = sum(_items(label, one, task, scenario) for one in leaves)
        wanted *= label not in scenario.off
    if len(found) != wanted and not any(map(is_wait, leaves)):
        yield f"{label} runs {len(found)} times, not {wanted}"


def _items(label: str, leaf: Leaf, task: Task, scenario: Scenario) -> int:
    """Return how many items a leaf runs for that are not told apart."""
    count = 1
    for one in task.maps if leaf.mapped else ():
        if label not in one.steps:
            continue
        if one.over:
            told = scenario.gives.get(one.over, scenario.given.get(one.over[1:]))
            count *= _TOKENS if told is None else len(told)
        else:
            count *= len(one.items)
    return count


def _at_once(leaves: tuple[Leaf, ...], played: Played) -> int:
    crowds = ([p for p in one if _is_one_of(leaves, p)] for one in played.crowds)
    return max(map(len, crowds), default=0)


def _is_one_of(leaves: tuple[Leaf, ...], path: str) -> bool:
    return any(leaf.is_at(path) for leaf in leaves)


def _told(scenario: Scenario) -> str:
    parts = [
        *(f"{name}={value}" for name, value in scenario.given.items()),
        *(f"{label} gives {value}" for label, value in scenario.gives.items()),
        *(f"{label} gives {value}" for label, value in scenario.turns.items()),
        *(f"{label} fails" for label in scenario.fails),
        *(f"{label} breaks" for label in scenario.breaks),
    ]
    return ", ".join(parts) or "all goes well"
