"""Which steps of a run have to run again if one of them is to: it, and all behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from couler_jupyter.ir import SubWorkflow, Workflow
from couler_jupyter.ir.graph import descendants

_TURN = re.compile(r"(?P<before>.*)#(?P<turn>\d+)")
_MARK = re.compile(r"[\[#].*")


def again_from(workflow: Workflow, step: str, paths: Iterable[str]) -> tuple[str, ...]:
    """Return those of `paths` that run again if the step at path `step` does.

    That are the step with all that is in it, later turns of a repetition, what comes
    behind it or behind what it is in, and what it is in: that has not ended any more.

    Args:
        workflow: what is run.
        step: path in the run, as `tune[0]/fit`.
        paths: of the steps that the run has so far.
    """
    whole, around = _behind(workflow, step)
    return tuple(
        path
        for path in paths
        if path in around
        or any(_is_in(path, one) for one in whole)
        or _is_later_turn(path, step)
    )


def _behind(workflow: Workflow, step: str) -> tuple[list[str], set[str]]:
    """Return what runs again as a whole, and what only opens again."""
    whole, around = [step], set[str]()
    inner: Workflow | None = workflow
    above = ""
    for part in step.split("/"):
        name = _MARK.sub("", part)
        known = {} if inner is None else {one.name: one for one in inner.steps}
        if inner is not None and name in known:
            whole += [f"{above}{one}" for one in sorted(descendants(inner, name))]
        around |= {f"{above}{name}", f"{above}{part}"}
        template = known[name].template if name in known else None
        inner = template.workflow if isinstance(template, SubWorkflow) else None
        above = f"{above}{part}/"
    return whole, around


def _is_in(path: str, whole: str) -> bool:
    return path == whole or path.startswith(tuple(f"{whole}{mark}" for mark in "[/#"))


def _is_later_turn(path: str, step: str) -> bool:
    chosen, found = _TURN.fullmatch(step), _TURN.match(path)
    if chosen is None or found is None or found["before"] != chosen["before"]:
        return False
    return int(found["turn"]) > int(chosen["turn"])
