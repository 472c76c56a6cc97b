"""Running again from a step on, as the stand-in for Argo's controller then runs it."""

from __future__ import annotations

from typing import Any

import pytest

from couler_jupyter.engines.argo import Argo
from couler_jupyter.engines.argo.live.manifests import objects_in, to_run
from couler_jupyter.engines.argo.live.node_status import nodes_of
from couler_jupyter.engines.argo.live.options import LiveOptions
from couler_jupyter.engines.argo.live.parts.kept import Kept, Wanted
from couler_jupyter.engines.argo.live.rerunning import again_from
from couler_jupyter.engines.argo.live.retrying import retried
from couler_jupyter.engines.argo.live.step_paths import StepPaths
from couler_jupyter.engines.local.rerunning import again_from as again_here
from couler_jupyter.errors import SubmitFailed, UnknownName
from couler_jupyter.ir import (
    Constant,
    Container,
    ExitHandler,
    Items,
    Map,
    Phase,
    Run,
    Step,
    SubWorkflow,
    Workflow,
)
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.kube import Cluster
from couler_jupyter.testing.kube.operation import Operation, Played
from couler_jupyter.testing.kube.playing import Playing
from tests.engines.argo.live.bench import until, until_over
from tests.engines.argo.live.nodes import node, node_id

NOW = "2026-01-02T00:00:00Z"
BOX = Container(image="busybox", command=("true",))
NUMBERS = tuple(Constant.of(number) for number in (1, 2, 3))


def step(name: str, *after: str, **more: Any) -> Step:
    return Step(name=name, template=more.pop("template", BOX), after=after, **more)


DIAMOND = Workflow(
    name="diamond",
    steps=(
        step("load"),
        step("left", "load"),
        step("right", "load"),
        step("join", "left", "right"),
    ),
    exit_handlers=(ExitHandler(step=step("bye")),),
)
INNER = Workflow(name="inner", steps=(step("fit"), step("score", "fit"), step("side")))
NESTED = Workflow(
    name="nested",
    steps=(
        step("load"),
        step("tune", "load", template=SubWorkflow(workflow=INNER)),
        step("show", "tune"),
        step("apart", "load"),
    ),
)
MAPPED = Workflow(
    name="mapped",
    steps=(
        step("load"),
        step("train", "load", loop=Map(over=Items(items=NUMBERS))),
        step("best", "train"),
        step("apart", "load"),
    ),
)


def well(_: str, __: Any) -> Played:
    return Played()


def look(found: Any) -> list[str]:
    """Have the controller go on to the end; return what it started."""
    begun: list[str] = []
    Operation(found, well, begun).run()
    assert found["status"]["phase"] == "Succeeded"
    return begun


def ran(workflow: Workflow) -> Any:
    *_, found = objects_in(Argo().compile(workflow))
    made = to_run(workflow, found, LiveOptions(), "20260101-000000-w-aaaa")
    look(made)
    return made


def paths(workflow: Workflow, found: Any, begun: list[str]) -> set[str]:
    """Return the steps that the nodes of these names are of."""
    nodes = nodes_of(found)
    places = StepPaths(workflow, found["metadata"]["name"])
    return {places.place(nodes[f"id-{one}"], nodes, {}).path for one in begun}


@pytest.mark.parametrize(
    ("workflow", "start"),
    [
        (DIAMOND, "load"),
        (DIAMOND, "left"),
        (DIAMOND, "join"),
        (NESTED, "tune"),
        (NESTED, "tune/fit"),
        (NESTED, "tune/side"),
        (NESTED, "show"),
        (MAPPED, "train"),
        (MAPPED, "train[1]"),
        (MAPPED, "best"),
    ],
)
def test_as_much_runs_again_as_on_this_machine(workflow: Workflow, start: str) -> None:
    found = ran(workflow)
    nodes = nodes_of(found)
    known = StepPaths(workflow, found["metadata"]["name"])
    all_paths = {known.place(one, nodes, {}).path for one in nodes.values()} - {""}
    again = again_from(workflow, found, nodes, start)
    made = retried(found, nodes, NOW, node=again.node).workflow
    begun = look(made)
    there = paths(workflow, made, begun)
    here = set(again_here(workflow, start, all_paths))
    assert there
    assert there <= here | {"bye"}
    groups = {"tune"} | ({"train"} if start != "best" else set())
    assert here - groups <= there
    assert again.paths - groups == there


def test_the_end_is_handled_again() -> None:
    found = ran(DIAMOND)
    nodes = nodes_of(found)
    again = again_from(DIAMOND, found, nodes, "join")
    assert "bye" in again.paths
    made = retried(found, nodes, NOW, node=again.node).workflow
    assert paths(DIAMOND, made, look(made)) == {"join", "bye"}


def retry_nodes(**of_fit: Any) -> dict[str, Any]:
    """load, then fit at the second attempt, then show."""
    found = [
        node("w", "DAG", children=[node_id("w.load")]),
        node("w.load", children=[node_id("w.fit")]),
        node("w.fit", "Retry", children=[node_id("w.fit(0)"), node_id("w.fit(1)")]),
        node("w.fit(0)", phase="Failed", boundaryID="id-w"),
        node("w.fit(1)", boundaryID="id-w", children=[node_id("w.show")], **of_fit),
        node("w.show"),
    ]
    return {one["id"]: one for one in found}


CHAIN = Workflow(
    name="w", steps=(step("load"), step("fit", "load"), step("show", "fit"))
)
FOUND: Any = {
    "metadata": {"name": "w"},
    "spec": {},
    "status": {"phase": "Succeeded", "nodes": {}},
}


def test_a_step_begins_again_with_all_its_attempts() -> None:
    again = again_from(CHAIN, FOUND, retry_nodes(), "fit")
    assert again.node == node_id("w.fit")
    assert again.paths == {"fit", "show"}


def test_what_argo_remembers_is_refused() -> None:
    nodes = retry_nodes(memoizationStatus={"hit": False, "key": "k"})
    with pytest.raises(SubmitFailed, match=r"remembers step 'fit'.*--refresh fit"):
        again_from(CHAIN, FOUND, nodes, "fit")
    assert again_from(CHAIN, FOUND, nodes, "load").paths == {"load", "fit", "show"}


def test_what_did_not_run_there_is_refused() -> None:
    with pytest.raises(SubmitFailed, match="'fit' did not run on the cluster"):
        again_from(CHAIN, FOUND, {}, "fit")


@pytest.mark.parametrize("by", ["kubeconfig", "argo-server"])
def test_a_run_that_succeeded_begins_again_in_place(
    cluster: Cluster, store: RunStore, by: str
) -> None:
    engine = Argo(store)
    where = {} if by == "kubeconfig" else {"server": cluster.url, "namespace": "argo"}
    with Playing(cluster, well) as playing:
        run = engine.submit(CHAIN, options={**where, "cache": "none", "logs": False})
        until_over(engine, run)  # type: ignore[arg-type]
        assert engine.can_retry_from(run)
        with pytest.raises(UnknownName, match="fit"):
            engine.retry_from(run, "fitt")
        engine.retry_from(run, "fit")
        until(lambda: len(playing.begun) == 5)
        until_over(engine, run)  # type: ignore[arg-type]
    name = cluster.workflow()["metadata"]["name"]
    expected = ["load", "fit", "show", "fit", "show"]
    assert playing.begun == [f"{name}.{one}" for one in expected]
    steps = store.steps(run.id)
    assert {path: one.attempt for path, one in steps.items()} == {
        "load": 1,
        "fit": 2,
        "show": 2,
    }
    assert {one.phase for one in steps.values()} == {Phase.SUCCEEDED}
    assert store.get(run.id).attempt == 1


def test_what_goes_on_or_is_in_parts_does_not_begin_again(
    cluster: Cluster, store: RunStore
) -> None:
    engine = Argo(store)
    run: Run = engine.submit(CHAIN, options={"cache": "none", "logs": False})
    until(lambda: "fit" in engine.status(run))
    with pytest.raises(SubmitFailed, match="has not ended"):
        engine.retry_from(run, "fit")
    cluster.tell([], phase="Failed")
    until_over(engine, run)  # type: ignore[arg-type]
    with pytest.raises(SubmitFailed, match="'fit' did not run on the cluster"):
        engine.retry_from(run, "fit")
    kept = Kept.of(store.folder(run.id))
    kept.begin((), Wanted(since=0.0))
    assert not engine.can_retry_from(run)
    with pytest.raises(SubmitFailed, match="not one Workflow on the cluster"):
        engine.retry_from(run, "fit")
