"""Parts that an earlier run has done: found on the cluster by what they are.

A child that succeeded stands for a part if that is compiled to the same, is given the same
arguments, and takes from other parts only what the same runs made. It has to be there
still, with all that its steps left.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from couler_jupyter.engines.argo.live.door import Door
from couler_jupyter.engines.argo.live.objects import RUN_LABEL, name_of
from couler_jupyter.engines.argo.live.parts.ends import OMITTED, SKIPPED, SUCCEEDED
from couler_jupyter.engines.argo.live.parts.events import StepOver
from couler_jupyter.engines.argo.live.parts.reading import Reading
from couler_jupyter.engines.argo.parts.annotations import (
    DIGEST_LABEL,
    child_of,
    is_child,
)
from couler_jupyter.engines.argo.parts.children import AT_END, Child, What
from couler_jupyter.engines.argo.parts.keys import KEY_LABEL, part_key, used_arguments
from couler_jupyter.errors import InvalidDocument, SubmitFailed
from couler_jupyter.ir import Json, Step, SubWorkflow, Workflow

_AT_ONCE = 40
"""Digests that are asked for in one request: its URL has to stay short."""
_EACH = 5
"""Children of each digest that are looked at."""
_LEFT_OUT = frozenset({"inputs", "hostNodeName", "resourcesDuration", "progress"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPart:
    """A part as it was asked for, whatever of it is left to run.

    Attributes:
        digest: of what it does.
        steps: in it.
        takes_from: steps of other parts that it takes something from or waits for.
        given: the arguments of the run that it uses.
        why_run: why it is run whatever is there; empty where it need not be.
        max_age: seconds after which what it left is too old; None for never.
    """

    digest: str
    steps: tuple[str, ...]
    takes_from: tuple[str, ...] = ()
    given: Mapping[str, Json] = field(default_factory=dict[str, Json])
    why_run: str = ""
    max_age: float | None = None

    def key(self, origins: Mapping[str, str], run: str) -> str:
        """Return its key in a run.

        Args:
            origins: the runs that steps really ran in; those not named run in this one.
            run: this one.
        """
        made = {step: origins.get(step, run) for step in self.takes_from}
        return part_key(self.digest, self.given, made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A child of an earlier run that has done a part.

    Attributes:
        run: the id of that run; `called`: its name on the cluster, empty where nobody
            needs it.
        found: the child, without what nobody asks any more.
        nodes: the states of its nodes.
    """

    run: str
    called: str
    found: Json
    nodes: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What earlier runs have done of a run.

    Attributes:
        parts: as they were asked for.
        keys: of each of them.
        done: what stands for some, by their place among the parts.
    """

    parts: tuple[AskedPart, ...] = ()
    keys: tuple[str, ...] = ()
    done: Mapping[int, Done] = field(default_factory=dict[int, Done])

    @property
    def at(self) -> Mapping[str, int]:
        """The place of the part that each step is in."""
        return {
            step: number for number, one in enumerate(self.parts) for step in one.steps
        }


def asked_parts(
    workflow: Workflow, manifests: Sequence[Json], why_run: Mapping[str, str]
) -> tuple[AskedPart, ...]:
    """Return the parts of a workflow as it was asked for.

    Args:
        workflow: all of it.
        manifests: its children, with the arguments that the run is given.
        why_run: why steps are run whatever is there, by name.
    """
    return tuple(
        _asked_part(workflow, one, why_run)
        for one in manifests
        if is_child(one) and child_of(one).part != AT_END
    )


def earlier_of(
    door: Door,
    parts: tuple[AskedPart, ...],
    workflow: Workflow,
    *,
    settled: Mapping[str, str],
    run: str,
    now: float,
) -> Earlier:
    """Return what earlier runs have done of a run that is about to begin.

    Args:
        door: where they were; nothing is changed there.
        parts: as they were asked for.
        workflow: what is left to run.
        settled: of steps that need not run, the runs that they are from.
        run: the run's id.
        now: seconds since the epoch.

    Raises:
        SubmitFailed: the cluster cannot be reached or refuses.
    """
    left = workflow.by_name.keys()
    there = _candidates(door, [one.digest for one in parts if not one.why_run])
    origins, keys, done = dict(settled), list[str](), dict[int, Done]()
    for number, part in enumerate(parts):
        keys.append(part.key(origins, run))
        needed = [step for step in part.steps if step in left]
        for one in () if part.why_run or not needed else there.get(keys[-1], ()):
            late = part.max_age is not None and now - _ended(one) > part.max_age
            found = None if late else _done(door, one, needed, workflow)
            if found is not None:
                done[number] = found
                origins = dict.fromkeys(needed, found.run) | origins
                break
    return Earlier(parts=parts, keys=tuple(keys), done=done)


def _asked_part(
    workflow: Workflow, manifest: Json, why_run: Mapping[str, str]
) -> AskedPart:
    child = child_of(manifest)
    told = {one.parameter for one in child.asked}
    used = used_arguments(manifest["spec"])
    ages = (age for name in child.steps for age in _ages(workflow.by_name[name]))
    whys = (
        f"step {name!r}: {why_run[name]}" for name in child.steps if name in why_run
    )
    asks = {one.what for one in child.asked}
    alone = "it asks when or as which run it runs" if asks - {What.RUN} else ""
    return AskedPart(
        digest=child.digest,
        steps=child.steps,
        takes_from=tuple(sorted({name for one in child.gates for name in one.steps})),
        given={
            kind: [one for one in each if one["name"] not in told]
            for kind, each in used.items()
        },
        why_run=next(whys, alone),
        max_age=min(ages, default=None),
    )


def _ages(step: Step) -> Iterator[float]:
    if step.cache is not None and step.cache.max_age is not None:
        yield step.cache.max_age
    if isinstance(step.template, SubWorkflow):
        for one in step.template.workflow.steps:
            yield from _ages(one)


def _candidates(door: Door, digests: Sequence[str]) -> dict[str, list[Json]]:
    """Return children that succeeded, by their keys; the newest first."""
    found: dict[str, list[Json]] = {}
    for start in range(0, len(digests), _AT_ONCE):
        some = digests[start : start + _AT_ONCE]
        selector = f"{DIGEST_LABEL} in ({','.join(some)})"
        for one in door.list(selector, limit=_EACH * len(some)):
            status = one.get("status") or {}
            gone = one["metadata"].get("deletionTimestamp")
            if status.get("phase") == SUCCEEDED and not gone and is_child(one):
                key = (one["metadata"].get("labels") or {}).get(KEY_LABEL, "")
                found.setdefault(key, []).append(one)
    return found


def _done(
    door: Door,
    found: Json,
    needed: Collection[str],
    workflow: Workflow,
) -> Done | None:
    """Return what a child has done, if all that is needed of it is there."""
    run = (found["metadata"].get("labels") or {}).get(RUN_LABEL, "")
    try:
        child = child_of(found)
        if not run or not set(needed).issubset(child.steps):
            return None
        if "spec" not in found:  # an argo-server lists less
            found = door.get(name_of(found))
        if found is None or "artifactGC" in json.dumps(found["spec"]):
            return None  # what it left goes with it
        nodes = door.hydrate(found)
    except (InvalidDocument, SubmitFailed):
        return None  # it tells too little by now
    if not _succeeded(child, found, nodes, needed, workflow):
        return None
    return Done(
        run=run,
        called=_called(child, found),
        found=_reduced(found),
        nodes=_small(nodes),
    )


def _succeeded(
    child: Child,
    found: Json,
    nodes: Mapping[str, Json],
    needed: Collection[str],
    workflow: Workflow,
) -> bool:
    """Whether all steps that are needed of a child did what they should."""
    reading = Reading(child, workflow, name_of(found), name_of(found))
    version = reading.version(found, nodes)
    if any(nodes[key].get("phase") == OMITTED for key in version.gates.values()):
        return False
    good = {
        one.step
        for one in version.events
        if isinstance(one, StepOver) and one.end.phase in (SUCCEEDED, SKIPPED)
    }
    return good.issuperset(needed)


def _called(child: Child, found: Json) -> str:
    """Return the name of a child's run there, with which keys of artifacts begin."""
    given = {
        one["name"]: one.get("value")
        for one in (found["spec"].get("arguments") or {}).get("parameters") or ()
    }
    names = (given.get(one.parameter) for one in child.asked if one.what is What.RUN)
    return str(next(names, None) or "")


def _ended(found: Json) -> float:
    text = (found.get("status") or {}).get("finishedAt") or ""
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return 0.0


def _reduced(found: Json) -> Json:
    """Return of a child what is asked of one that is over."""
    metadata = {key: found["metadata"].get(key) for key in ("name", "uid")}
    notes = found["metadata"]["annotations"]
    status = {
        key: found["status"][key]
        for key in ("phase", "startedAt", "finishedAt", "outputs")
        if key in found["status"]
    }
    return {"metadata": {**metadata, "annotations": notes}, "status": status}


def _small(nodes: Mapping[str, Json]) -> dict[str, Json]:
    return {
        key: {name: one for name, one in node.items() if name not in _LEFT_OUT}
        for key, node in nodes.items()
    }
