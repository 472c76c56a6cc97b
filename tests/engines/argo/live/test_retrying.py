from __future__ import annotations

from typing import Any

import pytest

from couler_jupyter.engines.argo.live.node_status import nodes_of, pack
from couler_jupyter.engines.argo.live.retrying import retried
from couler_jupyter.engines.kube.fnv import fnv32a
from couler_jupyter.errors import SubmitFailed
from tests.engines.argo.live.nodes import node, node_id

NOW = "2026-01-02T00:00:00Z"


def ids(*names: str) -> list[str]:
    return [node_id(name) for name in names]


def workflow(*nodes: Any, phase: str = "Failed", packed: bool = False) -> Any:
    kept = {one["id"]: one for one in nodes}
    states = {"compressedNodes": pack(kept)} if packed else {"nodes": kept}
    return {
        "metadata": {
            "name": "w",
            "labels": {"workflows.argoproj.io/completed": "true", "mine": "1"},
        },
        "spec": {"shutdown": "Stop", "entrypoint": "w"},
        "status": {"phase": phase, "message": "bad", "finishedAt": "x", **states},
    }


def chain(**of_fit: Any) -> list[Any]:
    """load, then fit that failed, then report that was left out."""
    return [
        node("w", "DAG", "Failed", children=ids("w.load")),
        node("w.load", children=ids("w.fit")),
        node("w.fit", phase="Failed", children=ids("w.report"), **of_fit),
        node("w.report", "Skipped", "Omitted"),
    ]


def again(*nodes: Any, **more: Any) -> Any:
    found = workflow(*nodes, **more)
    return retried(found, nodes_of(found), NOW)


@pytest.mark.parametrize("packed", [False, True])
def test_what_succeeded_is_kept_and_the_rest_forgotten(packed: bool) -> None:
    made = again(*chain(), packed=packed)
    states = nodes_of(made.workflow)
    assert sorted(states) == ids("w", "w.load")
    assert states["id-w"]["phase"] == "Running"
    assert states["id-w"]["finishedAt"] is None
    assert states["id-w.load"]["children"] == []
    assert made.pods == (f"w-fit-{fnv32a('w.fit')}",)
    assert ("compressedNodes" in made.workflow["status"]) is packed


def test_the_object_is_live_again() -> None:
    made = again(*chain()).workflow
    assert "shutdown" not in made["spec"]
    assert made["status"]["phase"] == "Running"
    assert "message" not in made["status"]
    assert made["metadata"]["labels"] == {
        "workflows.argoproj.io/phase": "Running",
        "mine": "1",
    }


def test_the_exit_handler_runs_again() -> None:
    made = again(*chain(), node("w.onExit", boundaryID=""))
    assert "id-w.onExit" not in nodes_of(made.workflow)
    assert f"w-onExit-{fnv32a('w.onExit')}" in made.pods


def test_a_retried_step_gets_all_its_attempts_again() -> None:
    made = again(
        node("w", "DAG", "Failed", children=ids("w.fit")),
        node("w.fit", "Retry", "Failed", children=ids("w.fit(0)", "w.fit(1)")),
        node("w.fit(0)", phase="Failed", boundaryID="id-w"),
        node("w.fit(1)", phase="Failed", boundaryID="id-w"),
    )
    states = nodes_of(made.workflow)
    assert sorted(states) == ids("w", "w.fit")
    assert states["id-w.fit"]["phase"] == "Running"
    assert states["id-w.fit"]["children"] == []
    assert len(made.pods) == 2


def test_a_failure_that_a_later_attempt_made_good_is_no_reason() -> None:
    made = again(
        node("w", "DAG", "Failed", children=ids("w.load", "w.fit")),
        node("w.load", "Retry", children=ids("w.load(0)", "w.load(1)")),
        node("w.load(0)", phase="Failed", boundaryID="id-w"),
        node("w.load(1)", boundaryID="id-w"),
        node("w.fit", phase="Failed"),
    )
    assert sorted(nodes_of(made.workflow)) == ids(
        "w", "w.load", "w.load(0)", "w.load(1)"
    )


def test_a_failure_that_somebody_dealt_with_is_no_reason() -> None:
    made = again(
        node("w", "DAG", "Failed", children=ids("w.load", "w.fit")),
        node("w.load", phase="Failed", children=ids("w.mend")),
        node("w.mend"),
        node("w.fit", phase="Failed"),
    )
    assert sorted(nodes_of(made.workflow)) == ids("w", "w.load", "w.mend")


def test_groups_around_a_failure_go_on() -> None:
    made = again(
        node("w", "DAG", "Failed", children=ids("w.tune")),
        node("w.tune", "DAG", "Failed", children=ids("w.tune.fit")),
        node("w.tune.fit", "TaskGroup", "Failed", children=ids("w.tune.fit(0:a)")),
        node("w.tune.fit(0:a)", phase="Error", boundaryID="id-w.tune"),
    )
    states = nodes_of(made.workflow)
    assert {one["phase"] for one in states.values()} == {"Running"}
    assert len(states) == 3


@pytest.mark.parametrize("phase", ["Succeeded", "Running", ""])
def test_only_what_failed_is_run_again(phase: str) -> None:
    with pytest.raises(SubmitFailed, match="cannot be run again"):
        again(*chain(), phase=phase)
