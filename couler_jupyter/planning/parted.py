"""The parts of a plan: how big each is, what it waits for, and whether it is as it was."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from couler_jupyter.engines import Engine
from couler_jupyter.ir import PartMode, Parts, Step, Workflow, part_ids, part_ids_in
from couler_jupyter.passes import Context, Pass
from couler_jupyter.passes.split import Split
from couler_jupyter.passes.weighing import pods_of, steps_of
from couler_jupyter.planning.plan import Part, Size
from couler_jupyter.runs import RunStore

_RUNS = 3
"""Runs that are looked at for parts, at the most; the latest."""
_OWN = "what a part may hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class LastParts:
    """How a workflow was cut the last time that it was handed over.

    Attributes:
        run: the run's id.
        parts: its parts.
        ids: what was in each.
        done: the numbers of those of which every step ended well; the first is 0.
    """

    run: str
    parts: Parts
    ids: tuple[str, ...]
    done: frozenset[int]

    def same(self, part_id: str) -> tuple[str, bool]:
        """Return the run in which a part was the same, and whether it was done there."""
        if part_id not in self.ids:
            return "", False
        return self.run, self.ids.index(part_id) in self.done


def last_parts(workflow: str, engine: str, store: RunStore) -> LastParts | None:
    """Return how a workflow of this name was cut in the latest of its runs that was."""
    for run in store.runs(workflow=workflow, limit=_RUNS, engine=engine):
        text = store.get(run.id).document
        document = json.loads(text) if '"parts"' in text else {}
        parts = _parts_in(document.get("workflow", {}))
        if parts is None:
            continue
        steps = store.steps(run.id)
        good = {path for path, one in steps.items() if one.phase.good}
        return LastParts(
            run=run.id,
            parts=parts,
            ids=part_ids_in(document),
            done=frozenset(
                number
                for number, names in enumerate(parts.members)
                if good.issuperset(names)
            ),
        )
    return None


def _parts_in(whole: Mapping[str, Any]) -> Parts | None:
    found = whole.get("parts")
    if found is None:
        return None
    members = tuple(tuple(names) for names in found["members"])
    usual = Parts(members=members)
    mode, live = found.get("mode", usual.mode), found.get("live", usual.live)
    return Parts(members=members, mode=PartMode(mode), live=live)


def parts_of(
    workflow: Workflow,
    engine: Engine,
    passes: tuple[Pass, ...],
    context: Context,
    last: LastParts | None,
) -> Iterator[Part]:
    """Yield the parts of a planned workflow, in order.

    Args:
        workflow: after the passes.
        engine: where it would run.
        passes: that it went through; they know how much a part may hold.
        context: what they knew.
        last: how it was cut the last time.
    """
    if workflow.parts is None:
        return
    members, numbers = workflow.parts.members, workflow.parts.numbers()
    told = engine.part_sizes(engine.lower(workflow)) or ({},) * len(members)
    most = _most(engine, passes, context)
    for number, part_id in enumerate(part_ids(workflow)):
        led = [
            numbers[one] + 1
            for name in members[number]
            for one in workflow.dependencies[name]
            if numbers[one] != number
        ]
        since, done = last.same(part_id) if last is not None else ("", False)
        steps = [workflow[name] for name in members[number]]
        yield Part(
            number=number + 1,
            id=part_id,
            steps=len(steps),
            sizes=tuple(
                Size(of=of, amount=amount, most=most[of][0], reason=most[of][1])
                if of in most
                else Size(of=of, amount=amount)
                for of, amount in _amounts(steps, told[number], context).items()
            ),
            waits_for=tuple(sorted(set(led))),
            edges=len(led),
            since=since,
            done=done,
        )


def need_not_run(
    workflow: Workflow, engine: Engine, parts: Sequence[Part]
) -> dict[int, str]:
    """Return the parts that an earlier run has done, with that run, by number.

    They are as they were and were done, as was all that they wait for. Whether the engine
    still has what they left is not looked up.

    Args:
        workflow: after the passes.
        engine: where it would run.
        parts: its parts, in order.
    """
    found: dict[int, str] = {}
    if not any(one.done for one in parts) or workflow.parts is None:
        return found
    anew = engine.made_anew(workflow)
    for one, names in zip(parts, workflow.parts.members, strict=True):
        ready = one.done and all(number in found for number in one.waits_for)
        if ready and anew.keys().isdisjoint(names):
            found[one.number] = one.since
    return found


def _amounts(
    steps: list[Step], told: Mapping[str, int], context: Context
) -> Mapping[str, int | None]:
    """Return how much of what is bounded a part has; None where its engine cannot tell."""
    return {
        "bytes": None,
        "steps": sum(map(steps_of, steps)),
        "pods": sum(pods_of(one, one.name, context) for one in steps),
        **told,
    }


def _most(
    engine: Engine, passes: tuple[Pass, ...], context: Context
) -> Mapping[str, tuple[int, str]]:
    """Return how much of each a part may have at the most, and whose bound that is."""
    most: dict[str, tuple[int, str]] = {}
    for one in passes:
        if isinstance(one, Split):
            bounds = one.bounds(context)
            for of in ("bytes", "steps", "pods"):
                most[of] = getattr(bounds, of), _OWN
    for limit in engine.limits:
        if limit.of not in most or limit.most <= most[limit.of][0]:
            most[limit.of] = limit.most, limit.reason
    return most
