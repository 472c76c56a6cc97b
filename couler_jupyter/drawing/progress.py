"""What happened in a run since it was looked at last, as lines of plain text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from couler_jupyter.drawing.amount import span_text
from couler_jupyter.drawing.looks import PHASES
from couler_jupyter.drawing.markup import isolated
from couler_jupyter.ir.run import Phase
from couler_jupyter.protocol import RunView, StepView

_MOST_LINES = 20
_QUIET = {Phase.PENDING}


def progress_lines(previous: RunView | None, now: RunView) -> list[str]:
    """Return one line per change between two views of a run, then a summary.

    Nothing changed is no line at all. Of many changes at once the first are told and
    the rest counted. A step that is waiting for its turn is not worth a line.
    """
    known = {} if previous is None else {step["id"]: step for step in previous["steps"]}
    steps = [step for step in now["steps"] if _changed(known.get(step["id"]), step)]
    lines = [_line(step) for step in steps[:_MOST_LINES]]
    if rest := steps[_MOST_LINES:]:
        lines.append(f"… and {len(rest)} more: {_tally(rest)}")
    if lines or previous is None or previous["phase"] != now["phase"]:
        lines.append(summary_line(now))
    return lines


def summary_line(run: RunView) -> str:
    """Return one line about the whole run."""
    look = PHASES[Phase(run["phase"])]
    parts = [f"{look['glyph']} {isolated(run['workflow'])} {look['word']}"]
    if run["steps"]:
        done = sum(Phase(step["phase"]).ended for step in run["steps"])
        parts.append(f"{done}/{len(run['steps'])} steps ended ({_tally(run['steps'])})")
    if span := span_text(run["started"], run["finished"]):
        parts.append(span)
    if run["message"]:
        parts.append(isolated(run["message"]))
    return " · ".join(parts)


def _changed(before: StepView | None, now: StepView) -> bool:
    if before is None:
        return Phase(now["phase"]) not in _QUIET
    return (
        before["phase"] != now["phase"]
        or before["attempts"] != now["attempts"]
        or before["message"] != now["message"]
    )


def _line(step: StepView) -> str:
    look = PHASES[Phase(step["phase"])]
    return " · ".join(
        (f"  {look['glyph']} {isolated(step['id'])} {look['word']}", *_more(step))
    )


def _more(step: StepView) -> Iterator[str]:
    if span := span_text(step["started"], step["finished"]):
        yield span
    if step["attempts"] > 1:
        yield f"attempt {step['attempts']}"
    if step["message"]:
        yield isolated(step["message"])


def _tally(steps: list[StepView]) -> str:
    counts = Counter(Phase(step["phase"]) for step in steps)
    return ", ".join(
        f"{counts[phase]} {PHASES[phase]['word']}"
        for phase in PHASES
        if phase in counts
    )
