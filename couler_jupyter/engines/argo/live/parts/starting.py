"""Where a run in parts begins: all children written down, the first one handed over."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from couler_jupyter.engines.ahead import HeadStart
from couler_jupyter.engines.argo.live.config_maps import Beside
from couler_jupyter.engines.argo.live.door import Door
from couler_jupyter.engines.argo.live.manifests import with_arguments
from couler_jupyter.engines.argo.live.objects import WORKFLOW, name_of
from couler_jupyter.engines.argo.live.options import LiveOptions
from couler_jupyter.engines.argo.live.parts.door import PartsDoor
from couler_jupyter.engines.argo.live.parts.earlier import (
    Done,
    Earlier,
    asked_parts,
    earlier_of,
)
from couler_jupyter.engines.argo.live.parts.handing import hand_over
from couler_jupyter.engines.argo.live.parts.kept import (
    Handed,
    Kept,
    Wanted,
    children_in,
)
from couler_jupyter.engines.argo.live.parts.preparing import (
    check_ends,
    children_for,
    run_name,
)
from couler_jupyter.engines.argo.live.parts.reusable import made_anew
from couler_jupyter.engines.argo.live.parts.roll import Roll
from couler_jupyter.engines.argo.live.parts.taking import marked, taken_in, tell
from couler_jupyter.engines.argo.live.starting import rest_of
from couler_jupyter.engines.argo.parts.annotations import child_of
from couler_jupyter.engines.argo.parts.children import AT_END
from couler_jupyter.engines.following.remote import RemoteRun, keep_remote
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json, PartMode, Workflow
from couler_jupyter.runs import RunStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A run that can begin.

    Attributes:
        name: of the run there.
        wanted: when it begins.
        children: as they are handed over, in their order.
        taken: children of earlier runs that stand for some of them, by part.
    """

    name: str
    wanted: Wanted
    children: Sequence[Handed]
    taken: Mapping[int, Done] = field(default_factory=dict[int, Done])


def prepared(
    workflow: Workflow,
    objects: Sequence[Json],
    arguments: Mapping[str, Json],
    options: LiveOptions,
    *,
    door: Door,
    run_id: str,
    earlier: Earlier | None = None,
) -> Prepared:
    """Return a run that the cluster can be asked for.

    Args:
        workflow: what is run.
        objects: of its manifest.
        arguments: that the run is given.
        options: of the run.
        door: where it is to run; nothing is made there.
        run_id: its id here.
        earlier: what earlier runs have done of it; None for nothing.

    Raises:
        SubmitFailed: the server cannot do what they need, or an argument is wrong.
    """
    earlier = earlier or Earlier()
    name, since = run_name(workflow, objects, run_id), time.time()
    children = children_for(
        workflow, objects, arguments, options, run_id=run_id, name=name, since=since
    )
    children = marked(children, earlier)
    for one in children:
        maps = [other for other in one.others if other["kind"] == "ConfigMap"]
        Beside(door, maps).check()
    check_ends(children, door.node_ends, door.where)
    overview = children_in({one.part: one for one in children}).overview
    if overview.ttl is not None and not door.can_change:
        raise SubmitFailed(
            f"{door.where}: an argo-server cannot have the parts of a run deleted some "
            "time after the end of the whole; name the cluster itself, by kubeconfig and "
            "context, or leave the ttl out"
        )
    return Prepared(
        name=name,
        wanted=Wanted(since=since),
        children=children,
        taken=taken_in(children, earlier),
    )


def earlier_for(
    asked: Workflow,
    objects: Sequence[Json],
    arguments: Mapping[str, Json],
    options: LiveOptions,
    start: HeadStart,
    *,
    door: Door,
    run_id: str,
) -> Earlier:
    """Return what earlier runs have done of a run, and what tells its parts from others.

    Args:
        asked: what was asked for.
        objects: of its manifest.
        arguments: that the run is given.
        options: of the run.
        start: what of it is left to run.
        door: where it is to run; nothing is made there.
        run_id: its id here.

    Raises:
        SubmitFailed: the cluster cannot be reached or refuses, or an argument is wrong.
    """
    refresh = frozenset(options.refresh)
    why_run = made_anew(asked, refresh=refresh, given=arguments.keys())
    if not start.reuses:
        off = "the run was told to reuse nothing"
        why_run = dict.fromkeys(asked.by_name, off)
    manifests = [
        with_arguments(one, asked, arguments)
        for one in objects
        if one.get("kind") == WORKFLOW.name
    ]
    return earlier_of(
        door,
        asked_parts(asked, manifests, why_run),
        start.workflow or asked,
        settled={
            one.path: one.run for one in start.settled if one.path in asked.by_name
        },
        run=run_id,
        now=time.time(),
    )


def described(made: Prepared) -> tuple[str, ...]:
    """Return what would be handed over, in lines for people."""
    children = children_in({one.part: one for one in made.children})
    overview = children.overview
    gates = sum(len(one.gates) for one in children.children)
    last = ", and one for the exit handlers at the end" if overview.at_end else ""
    when = (
        f"in order, at most {overview.live} of them unfinished"
        if overview.mode is PartMode.WINDOW
        else f"each when those it waits for have ended, at most {overview.live} at once"
    )
    first = _first(made)
    return (
        f"{overview.number} Workflows, one for each part{last}; {gates} gates in them",
        f"the parts are handed over {when}",
        *_taken_lines(made.taken),
        *(() if first is None else (f"first {name_of(first.manifest)}",)),
    )


def start(
    door: Door, store: RunStore, run_id: str, made: Prepared
) -> tuple[RemoteRun, Json]:
    """Hand over the first child of a run; who follows it hands over the others.

    Returns what the run is there, and that child as the cluster has it: None where no
    part is left to be handed over.

    Raises:
        SubmitFailed: the cluster refuses it; nothing of the run stays there.
        StoreFailed: it cannot be written down.
    """
    kept = Kept.of(store.folder(run_id))
    taken = {part: (one.found, one.nodes) for part, one in made.taken.items()}
    kept.begin(made.children, made.wanted, taken)
    remote = RemoteRun(namespace=door.namespace, name=made.name, uid="")
    keep_remote(store, run_id, remote)  # should this process die now
    first = _first(made)
    if first is None:
        return remote, None
    return remote, hand_over(door, first, name_of(first.manifest), {})


def tell_taken(
    store: RunStore, run_id: str, rest: Workflow, made: Prepared, start: HeadStart
) -> None:
    """Tell a run of what it does not have to run, since an earlier one has done it.

    Raises:
        StoreFailed: it cannot be written.
    """
    children = {one.part: child_of(one.manifest) for one in made.children}
    told = frozenset(one.path for one in start.settled)
    tell(
        store,
        run_id,
        rest,
        made.name,
        children=children,
        taken=made.taken,
        told=told,
    )


def _first(made: Prepared) -> Handed | None:
    """Return the first child that is not there yet; that of exit handlers has to wait."""
    left = (one for one in made.children if one.part not in (AT_END, *made.taken))
    return next(left, None)


def _taken_lines(taken: Mapping[int, Done]) -> Iterator[str]:
    """Yield which parts earlier runs have done, in lines for people."""
    parts: dict[str, list[int]] = {}
    for part, done in taken.items():
        parts.setdefault(done.run, []).append(part)
    for run, numbers in parts.items():
        named = ", ".join(map(str, numbers))
        were = "parts {} were" if len(numbers) > 1 else "part {} was"
        yield f"{were.format(named)} done by run {run}, and need not run again"


def as_one(
    door: Door, store: RunStore, run_id: str, remote: RemoteRun, options: LiveOptions
) -> Door:
    """Return the door to a run: as it is, or one that shows its parts as one Workflow.

    Raises:
        StoreFailed: what is kept of the run cannot be read.
    """
    kept = Kept.of(store.folder(run_id))
    if not kept.is_there:
        return door
    roll = Roll(kept, remote.name, run_id, rest_of(store, run_id))
    return PartsDoor(door, roll, patience=options.patience)
