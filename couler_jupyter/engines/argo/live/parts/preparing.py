"""From the documents of a workflow in parts to the children of one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from couler_jupyter.engines.argo.live.manifests import (
    put_arguments,
    to_run,
    with_arguments,
)
from couler_jupyter.engines.argo.live.objects import KINDS, WORKFLOW
from couler_jupyter.engines.argo.live.options import LiveOptions
from couler_jupyter.engines.argo.live.parts.kept import Handed, handed_of
from couler_jupyter.engines.argo.live.parts.words import unsaid_gates
from couler_jupyter.engines.argo.parts.annotations import (
    child_of,
    overview_of,
)
from couler_jupyter.engines.argo.parts.children import AT_END, What
from couler_jupyter.engines.argo.parts.limit import limit_map
from couler_jupyter.engines.kube.names import fresh_name
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json, Workflow

_ROOM = len("-p10000")


def run_name(workflow: Workflow, objects: Iterable[Json], run_id: str) -> str:
    """Return the name of a run, with which those of all its children begin."""
    first = next(one for one in objects if one.get("kind") == WORKFLOW.name)
    metadata = first.get("metadata") or {}
    base = str(metadata.get("generateName") or metadata.get("name") or workflow.name)
    own = base.rstrip("-").removesuffix(f"-p{child_of(first).part}")
    return fresh_name(own, run_id, room=_ROOM)


def children_for(
    workflow: Workflow,
    objects: Iterable[Json],
    arguments: Mapping[str, Json],
    options: LiveOptions,
    *,
    run_id: str,
    name: str,
    since: float,
) -> list[Handed]:
    """Return the children of a run as they are handed over, in their order.

    What stands before a child in the documents has to be there before it.

    Args:
        workflow: what is run.
        objects: of its manifest.
        arguments: that the run is given.
        options: of the run.
        run_id: its id here.
        name: of the run there.
        since: when it begins, seconds since the epoch.

    Raises:
        SubmitFailed: an argument is missing, unknown, or cannot be sent along.
    """
    told = {
        What.RUN: name,
        What.ID: run_id,
        What.STARTED: rfc3339(since),
    }
    found: list[Handed] = []
    before: list[Json] = []
    for one in objects:
        if one.get("kind") not in KINDS:
            before.append(one)
            continue
        child, overview = child_of(one), overview_of(one)
        manifest = to_run(workflow, one, options, run_id)
        manifest = with_arguments(manifest, workflow, arguments)
        known = {a.parameter: told[a.what] for a in child.asked if a.what in told}
        manifest = put_arguments(manifest, known)
        end = "end" if child.part == AT_END else f"p{child.part}"
        metadata = {**manifest["metadata"], "name": f"{name}-{end}"}
        if overview.parallelism is not None:
            before.insert(0, limit_map(name, overview.parallelism))
        found.append(handed_of({**manifest, "metadata": metadata}, before))
        before = []
    return found


def check_ends(children: Sequence[Handed], ends: frozenset[str], where: str) -> None:
    """Refuse children whose gates have to end in a way that cannot be asked for.

    Args:
        children: of one run.
        ends: the phases in which gates can be made to end.
        where: the server, as people are told of it.

    Raises:
        SubmitFailed: with the first step that has such a gate.
    """
    for one in children:
        for gate, phase in unsaid_gates(one.manifest, child_of(one.manifest), ends):
            raise SubmitFailed(
                f"{where}: steps of part {one.part} ask how {gate.steps[0]!r} of part "
                f"{gate.part} ended, and an argo-server cannot say {phase}; name the "
                "cluster itself, by kubeconfig and context, or have both in one part"
            )


def rfc3339(when: float) -> str:
    """Return a time as Kubernetes writes it.

    >>> rfc3339(0)
    '1970-01-01T00:00:00Z'
    """
    return datetime.fromtimestamp(when, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
