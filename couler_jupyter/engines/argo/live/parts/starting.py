"""Where a run in parts begins: all children written down, the first one handed over."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from couler_jupyter.engines.argo.live.config_maps import Beside
from couler_jupyter.engines.argo.live.door import Door
from couler_jupyter.engines.argo.live.objects import name_of
from couler_jupyter.engines.argo.live.options import LiveOptions
from couler_jupyter.engines.argo.live.parts.door import PartsDoor
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
from couler_jupyter.engines.argo.live.parts.roll import Roll
from couler_jupyter.engines.argo.live.remote import RemoteRun, keep_remote
from couler_jupyter.engines.argo.live.starting import rest_of
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
    """

    name: str
    wanted: Wanted
    children: Sequence[Handed]


def prepared(
    workflow: Workflow,
    objects: Sequence[Json],
    arguments: Mapping[str, Json],
    options: LiveOptions,
    *,
    door: Door,
    run_id: str,
) -> Prepared:
    """Return a run that the cluster can be asked for.

    Args:
        workflow: what is run.
        objects: of its manifest.
        arguments: that the run is given.
        options: of the run.
        door: where it is to run; nothing is made there.
        run_id: its id here.

    Raises:
        SubmitFailed: the server cannot do what they need, or an argument is wrong.
    """
    name, since = run_name(workflow, objects, run_id), time.time()
    children = children_for(
        workflow, objects, arguments, options, run_id=run_id, name=name, since=since
    )
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
    return Prepared(name=name, wanted=Wanted(since=since), children=children)


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
    return (
        f"{overview.number} Workflows, one for each part{last}; {gates} gates in them",
        f"the parts are handed over {when}",
        f"first {name_of(made.children[0].manifest)}",
    )


def start(
    door: Door, store: RunStore, run_id: str, made: Prepared
) -> tuple[RemoteRun, Json]:
    """Hand over the first child of a run; who follows it hands over the others.

    Returns what the run is there, and that child as the cluster has it.

    Raises:
        SubmitFailed: the cluster refuses it; nothing of the run stays there.
        StoreFailed: it cannot be written down.
    """
    kept = Kept.of(store.folder(run_id))
    kept.begin(made.children, made.wanted)
    remote = RemoteRun(namespace=door.namespace, name=made.name, uid="")
    keep_remote(store, run_id, remote)  # should this process die now
    first = made.children[0]
    return remote, hand_over(door, first, name_of(first.manifest), {})


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
