"""What becomes of each step: by the passes' decisions, and by what a run here reuses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from couler_jupyter.ir import Step, SubWorkflow, Workflow, places_in
from couler_jupyter.passes import Decision, Word
from couler_jupyter.planning.plan import Fate
from couler_jupyter.planning.records import plain
from couler_jupyter.reusing.foreseen import Foreseen

_BY_WORD: Mapping[Word, Fate] = {
    Word.REMOVED: Fate.REMOVED,
    Word.MERGED: Fate.MERGED,
    Word.REUSED: Fate.REUSED,
    Word.FOLDED: Fate.FOLDED,
}
_WAITS = "what it waits for will run, so more is not known before"
_MAYBE = "it may be left out by a condition"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a step; see `Row`."""

    fate: Fate = Fate.RUN
    to: str = ""
    why: str = ""


def verdicts_of(
    workflow: Workflow,
    decisions: Iterable[Decision],
    foreseen: Mapping[str, Foreseen],
) -> Mapping[str, Verdict]:
    """Return what becomes of each step of a workflow, by path; groups before their steps.

    Args:
        workflow: before the passes.
        decisions: of the passes.
        foreseen: what a run here would reuse.
    """
    steps = {path: one for one, path in places_in(workflow) if isinstance(one, Step)}
    decided = dict(_decided(decisions))
    ahead = _by_step(foreseen)
    found: dict[str, Verdict] = {}
    for path, step in steps.items():
        above = found.get(path.rpartition("/")[0])
        if path in decided:
            found[path] = decided[path]
        elif above is not None and above.fate is not Fate.RUN:
            found[path] = above
        elif isinstance(step.template, SubWorkflow):
            found[path] = Verdict()
        elif foreseen:
            found[path] = _foreseen(path, step, ahead)
        else:
            found[path] = Verdict()
    for path in reversed(steps):
        if isinstance(steps[path].template, SubWorkflow):
            found[path] = _of_group(path, found)
    return found


def _decided(decisions: Iterable[Decision]) -> Iterator[tuple[str, Verdict]]:
    for one in decisions:
        if one.step and one.word in _BY_WORD:
            yield one.step, Verdict(_BY_WORD[one.word], one.to, one.reason)


def _by_step(foreseen: Mapping[str, Foreseen]) -> Mapping[str, list[Foreseen]]:
    found: dict[str, list[Foreseen]] = {}
    for path, one in foreseen.items():
        found.setdefault(plain(path), []).append(one)
    return found


def _foreseen(path: str, step: Step, ahead: Mapping[str, list[Foreseen]]) -> Verdict:
    attempts = ahead.get(path)
    if attempts is None:
        front = path.rpartition("/")[0]
        waits = (f"{front}/{name}".lstrip("/") for name in step.dependencies)
        is_next = all(
            name in ahead and all(one.run for one in ahead[name]) for name in waits
        )
        return Verdict(why=_MAYBE if is_next and step.when is not None else _WAITS)
    runs = tuple(dict.fromkeys(one.run for one in attempts if one.run))
    to_run = [one for one in attempts if not one.run]
    if not to_run:
        return Verdict(Fate.REUSED, runs[-1], attempts[-1].why)
    why = to_run[0].why
    if runs:
        done = len(attempts) - len(to_run)
        why = f"{why}; {done} of {len(attempts)} times are reused from {runs[-1]}"
    return Verdict(why=why)


def _of_group(path: str, found: Mapping[str, Verdict]) -> Verdict:
    """Return what becomes of a sub-workflow: what all its steps have in common."""
    own = found[path]
    inner = [one for name, one in found.items() if name.startswith(f"{path}/")]
    if own.fate is Fate.RUN and inner and all(one.fate is Fate.REUSED for one in inner):
        return Verdict(Fate.REUSED, inner[-1].to, "all its steps are")
    return own
