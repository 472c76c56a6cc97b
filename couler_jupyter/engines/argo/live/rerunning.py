"""Running again from a step on: which node of a Workflow that is, and what it takes along.

Argo begins a node anew with all that hangs on it, whatever came of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from couler_jupyter.engines.argo.live.retrying import begun_anew, with_all_behind
from couler_jupyter.engines.argo.live.step_paths import StepPaths, retries_in
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json, Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Where a run begins again.

    Attributes:
        node: id of the node.
        paths: of the steps that run again.
    """

    node: str
    paths: frozenset[str]


def again_from(
    workflow: Workflow, found: Json, nodes: Mapping[str, Json], step: str
) -> Again:
    """Return where a run begins again from the step at path `step`.

    Args:
        workflow: what of the run's workflow was handed over.
        found: the Workflow as the cluster has it.
        nodes: states of its nodes by id.
        step: path in the run, as `tune[0]/fit`.

    Raises:
        SubmitFailed: nothing of it ran there, or Argo would only remember it.
    """
    name = found["metadata"]["name"]
    paths, retries = StepPaths(workflow, name), retries_in(nodes)
    places = {key: paths.place(one, nodes, retries) for key, one in nodes.items()}
    own = {key for key, place in places.items() if place.path == step}
    if not own:
        raise never_ran(step)
    if any(nodes[key].get("memoizationStatus") for key in own):
        raise SubmitFailed(
            f"Argo remembers step {step!r} and would hand out the same again; submit the "
            f"workflow anew with --refresh {step}"
        )
    node = _first(own, nodes)
    gone = begun_anew(name, nodes, also=(node,))
    shown = (places[key].path for key in gone if places[key].shown)
    return Again(node=node, paths=frozenset(shown) - {""})


def never_ran(step: str) -> SubmitFailed:
    """Return the error for a step of which the cluster has nothing."""
    return SubmitFailed(
        f"step {step!r} did not run on the cluster; to run it, submit the workflow anew "
        f"with --refresh {step}"
    )


def _first(own: set[str], nodes: Mapping[str, Json]) -> str:
    """Return the node of a step that takes all its other ones along."""

    def rank(key: str) -> tuple[int, str]:
        return -len(own & with_all_behind([key], nodes)), nodes[key]["name"]

    return min(own, key=rank)
