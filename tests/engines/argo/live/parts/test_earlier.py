"""Parts that an earlier run has done are not handed over again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from couler_jupyter.engines.ahead import HEAD_STARTS, SETTINGS, WITNESSES, HeadStart
from couler_jupyter.engines.argo.live.in_cluster.__main__ import main
from couler_jupyter.ir import (
    S3,
    Cache,
    InputArtifact,
    InputParameter,
    Json,
    OutputArtifact,
    ParameterRef,
    PartMode,
    Phase,
    Run,
    RunField,
    RunRef,
    Step,
    ValueType,
    Workflow,
)
from couler_jupyter.session import Session
from couler_jupyter.testing.parts import echo, flow, sh, step
from tests.engines.argo.live.parts.conftest import Stage, in_parts
from tests.engines.argo.live.parts.test_in_cluster import THERE, note
from tests.engines.argo.live.parts.test_killed import Unfollowed
from tests.engines.argo.live.parts.test_runs import (
    BAD,
    LIST,
    chain,
    handled,
    mapped,
    out,
    skipping,
)

BARE = "bare"
"""A cache that holds nothing, so that only parts can be taken from earlier runs."""
PARTS = ("a", "b", "c", "d")


@pytest.fixture(autouse=True)
def bare() -> None:
    if BARE not in HEAD_STARTS.names():
        HEAD_STARTS.register(
            BARE, lambda errand: HeadStart(workflow=errand.wish.workflow)
        )
        WITNESSES.register(BARE, lambda errand, settled: None)
        SETTINGS.register(BARE, lambda named: None)


def again(stage: Stage, workflow: Workflow, **options: Json) -> tuple[Run, list[str]]:
    """Run a workflow to its end; return the tasks whose pods were started for that."""
    begun = len(stage.player.begun)
    run = stage.ended(workflow, **{"cache": BARE, **options})
    return run, sorted(one.rpartition(".")[2] for one in stage.player.begun[begun:])


def edited(workflow: Workflow, name: str, made: Step) -> Workflow:
    steps = (made if one.name == name else one for one in workflow.steps)
    return replace(workflow, steps=tuple(steps))


def split(workflow: Workflow, mode: PartMode = PartMode.WINDOW) -> Workflow:
    return in_parts(workflow, *PARTS, mode=mode, live=2)


@pytest.mark.parametrize("mode", [PartMode.WINDOW, PartMode.BARRIER])
def test_only_what_changed_and_what_waits_for_it_runs(
    stage: Stage, mode: PartMode
) -> None:
    first, begun = again(stage, split(chain(), mode))
    assert begun == ["a", "b", "c", "d"]
    changed = edited(chain(), "b", step("b", echo("x"), takes={"x": "new"}))
    run, begun = again(stage, split(changed, mode))
    assert begun == ["b", "c", "d"]
    story = stage.story(run)
    assert story["a"] == (Phase.CACHED, {"result": "one"})
    assert story["d"] == (Phase.SUCCEEDED, {"result": "one"})
    assert story["c"] == (Phase.SUCCEEDED, {"result": "new"})
    assert stage.store.steps(run.id)["a"].message.startswith(
        f"reused from run {first.id}"
    )


def test_where_nothing_changed_nothing_is_handed_over(stage: Stage) -> None:
    first, _ = again(stage, split(chain()))
    there = stage.cluster.objects.list("workflows")[0]
    run, begun = again(stage, split(chain()))
    assert begun == []
    assert stage.cluster.objects.list("workflows")[0] == there
    story, before = stage.story(run), stage.story(first)
    assert story.pop("")[0] is before.pop("")[0] is Phase.SUCCEEDED
    assert {phase for phase, _ in story.values()} == {Phase.CACHED}
    assert {name: left for name, (_, left) in story.items()} == {
        name: left for name, (_, left) in before.items()
    }


def test_a_third_run_takes_each_part_from_where_it_ran(stage: Stage) -> None:
    first, _ = again(stage, split(chain()))
    changed = edited(chain(), "d", step("d", echo("x"), takes={"x": "new"}))
    second, begun = again(stage, split(changed))
    assert begun == ["d"]
    third, begun = again(stage, split(changed))
    assert begun == []
    whence = {
        name: one.message.split()[3].rstrip(",")
        for name, one in stage.store.steps(third.id).items()
    }
    assert whence == {"a": first.id, "b": first.id, "c": first.id, "d": second.id}


def test_parts_of_two_runs_that_made_other_things_are_not_mixed(stage: Stage) -> None:
    first, _ = again(stage, split(chain()))
    second, begun = again(stage, split(chain()), cache="none")
    assert begun == ["a", "b", "c", "d"]
    (gone,) = (
        one["metadata"]["name"]
        for one in stage.cluster.objects.list("workflows")[0]
        if one["metadata"]["labels"]["couler-jupyter/run"] == second.id
        and one["metadata"]["labels"]["couler-jupyter/part"] == "1"
    )
    stage.cluster.objects.delete("workflows", gone)
    third, begun = again(stage, split(chain()))
    assert begun == []
    messages = {one.message for one in stage.store.steps(third.id).values()}
    assert all(
        first.id in one for one in messages
    )  # none of the second, which is newer


@pytest.mark.parametrize("lost", ["deleted", "being deleted", "failed", "unreadable"])
def test_what_is_not_there_any_more_runs_again(stage: Stage, lost: str) -> None:
    again(stage, split(chain()))
    name = stage.children()["2"]["metadata"]["name"]
    objects, change = stage.cluster.objects, dict[str, Json]()
    match lost:
        case "deleted":
            objects.delete("workflows", name)
        case "being deleted":
            change = {"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}}
        case "failed":
            change = {"status": {"phase": "Failed"}}
        case _:
            change = {"status": {"nodes": None}}
    if change:
        objects.patch("workflows", name, change)
    _, begun = again(stage, split(chain()))
    assert begun == ["b", "c", "d"]


def test_a_run_that_was_told_so_reuses_no_part(stage: Stage) -> None:
    again(stage, split(chain()))
    for told in ("none", ""):
        _, begun = again(stage, split(chain()), cache=told)
        assert begun == ["a", "b", "c", "d"]
    _, begun = again(stage, split(chain()), refresh=["c"])
    assert begun == ["c", "d"]


def refusing(reason: str) -> Step:
    """Return step `b` of the chain, which is made anew each time."""
    takes: dict[str, object] = {"x": out("a")}
    match reason:
        case "cache=False":
            return step("b", echo(), takes=takes, cache=Cache(enabled=False))
        case "no output":
            return step("b", sh("true", outputs=()), after=("a",))
        case "the run's id":
            return step("b", echo(), takes={"x": RunRef(RunField.ID)}, after=("a",))
        case "input from elsewhere":
            reads = sh("cat /in", inputs=(InputArtifact(name="i", path="/in"),))
            return step("b", reads, takes={"i": S3(bucket="b", key="k")}, after=("a",))
        case _:
            return step("b", echo(), takes=takes, cache=Cache(max_age=1.0))


@pytest.mark.parametrize(
    "reason",
    ["cache=False", "no output", "the run's id", "input from elsewhere", "too old"],
)
def test_what_is_never_reused_runs_again_with_its_part(
    stage: Stage, reason: str
) -> None:
    steps = (chain()["a"], refusing(reason), step("c", echo(), takes={"x": "c"}))
    workflow = flow("chain", *steps, step("d", echo(), takes={"x": out("a")}))
    cut = in_parts(workflow, "a", "b c", "d")
    again(stage, cut)
    _, begun = again(stage, cut)
    assert begun == ["b", "c"]


def test_other_arguments_are_other_parts_where_they_are_used(stage: Stage) -> None:
    number = InputParameter(name="number", type=ValueType.INTEGER)
    workflow = edited(
        replace(chain(), parameters=(number,)),
        "c",
        step("c", echo(), takes={"x": ParameterRef("number")}, after=("b",)),
    )
    engine, cut = stage.engine, split(workflow)
    for given, expected in ((1, ["a", "b", "c", "d"]), (1, []), (2, ["c", "d"])):
        begun = len(stage.player.begun)
        run = engine.submit(cut, arguments={"number": given}, options={"cache": BARE})
        stage.wait(run)
        started = stage.player.begun[begun:]
        assert sorted(one.rpartition(".")[2] for one in started) == expected


def files() -> Workflow:
    """An artifact that goes from part to part, twice."""
    leaves = (OutputArtifact(name="o", path="/out"),)
    reads = sh(
        "cp /in /out", inputs=(InputArtifact(name="i", path="/in"),), outputs=leaves
    )
    return flow(
        "files",
        step("a", sh("touch /out", outputs=leaves)),
        step("b", reads, takes={"i": out("a", "o")}),
        step("c", reads, takes={"i": out("b", "o")}),
        step("d", echo(), takes={"x": "d"}, after=("c",)),
    )


def keys(manifest: Json) -> list[str]:
    text = json.dumps(manifest["spec"])
    return [one.partition('"')[0] for one in text.split('"key": "')[1:]]


def test_artifacts_are_read_from_where_the_other_run_left_them(stage: Stage) -> None:
    first, _ = again(stage, split(files()))
    lies = stage.children()["1"]["metadata"]["name"].removesuffix("-p1")
    changed = edited(files(), "c", replace(files()["c"], after=("b",), timeout=60))
    run, begun = again(stage, split(changed))
    assert begun == ["c", "d"]
    mine = {
        one["metadata"]["labels"]["couler-jupyter/part"]: one
        for one in stage.cluster.objects.list("workflows")[0]
        if one["metadata"]["labels"]["couler-jupyter/run"] == run.id
    }
    assert f"{lies}/b/o" in keys(mine["3"])
    assert run.id != first.id


def test_exit_handlers_run_and_are_told_of_parts_that_were_done(stage: Stage) -> None:
    again(stage, split(handled()))
    run, begun = again(stage, split(handled()))
    assert begun == ["bye", "told"]
    story = stage.story(run)
    assert story["told"] == (Phase.SUCCEEDED, {"result": "one"})
    assert story["bye"] == (Phase.SUCCEEDED, {"result": "succeeded"})


def test_what_failed_beside_parts_that_were_done_is_run_again(stage: Stage) -> None:
    again(stage, split(chain()))
    changed = edited(chain(), "c", step("c", echo("x"), takes={"x": "new"}))
    stage.script.ends["c"] = BAD
    run, begun = again(stage, split(changed))
    assert begun == ["c"]
    del stage.script.ends["c"]
    before = len(stage.player.begun)
    stage.engine.retry(run)
    stage.wait(run)
    started = {one.rpartition(".")[2] for one in stage.player.begun[before:]}
    assert started == {"c", "d"}
    assert stage.engine.status(run)[""] is Phase.SUCCEEDED
    assert stage.engine.status(run)["a"] is Phase.CACHED


def test_deleting_a_run_leaves_the_parts_that_it_took_from_others(stage: Stage) -> None:
    again(stage, split(chain()))
    theirs = {one["metadata"]["name"] for one in stage.children().values()}
    changed = edited(chain(), "d", step("d", echo("x"), takes={"x": "new"}))
    run, _ = again(stage, split(changed))
    stage.engine.delete(run)
    left = stage.cluster.objects.list("workflows")[0]
    assert {one["metadata"]["name"] for one in left} == theirs
    again(stage, split(chain()))


def test_an_argo_server_is_enough_to_find_them(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    again(stage, split(chain()))
    stage.cluster.token = "tok"
    monkeypatch.setenv("ARGO_TOKEN", "tok")
    monkeypatch.setenv("KUBECONFIG", "/nowhere")
    changed = edited(chain(), "d", step("d", echo("x"), takes={"x": "new"}))
    _, begun = again(stage, split(changed), server=stage.cluster.url)
    assert begun == ["d"]


def test_a_rehearsal_tells_which_parts_are_done(stage: Stage) -> None:
    first, _ = again(stage, split(chain()))
    changed = edited(chain(), "c", step("c", echo("x"), takes={"x": "new"}))
    lines = stage.engine.rehearse(split(changed), arguments={}, options={"cache": BARE})
    wanted = f"parts 1, 2 were done by run {first.id}, and need not run again"
    assert wanted in lines
    off = stage.engine.rehearse(split(changed), arguments={}, options={"cache": "none"})
    assert not any("need not run" in one for one in off)


def test_maps_and_conditions_are_handed_on_as_they_were(stage: Stage) -> None:
    stage.script.ends["list"] = LIST
    for make, members, last in (
        (mapped, ("list", "each", "all fixed", "last"), "last"),
        (skipping, ("a", "no yes", "then", "some"), "some"),
    ):
        first, _ = again(stage, in_parts(make(), *members))
        changed = edited(make(), last, replace(make()[last], timeout=60))
        run, begun = again(stage, in_parts(changed, *members))
        assert begun == [last]
        before, now = stage.story(first), stage.story(run)
        assert {k: left for k, (_, left) in now.items()} == {
            k: left for k, (_, left) in before.items()
        }
        assert now[""][0] is Phase.SUCCEEDED


def test_parts_are_taken_beside_steps_of_the_cache(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COULER_CACHE", "on")
    monkeypatch.setenv("COULER_CACHE_URL", str(tmp_path / "cache"))
    monkeypatch.setenv("COULER_CACHE_CONFIG", str(tmp_path / "cache.toml"))
    value = step("v", echo(), takes={"x": "v"})
    workflow = flow(
        "files",
        *files().steps,
        value,
        step("e", echo(), takes={"x": out("v")}, after=("c",)),
    )
    cut = in_parts(workflow, "a v", "b", "c", "d e", live=2)
    first, begun = again(stage, cut, cache="store")
    assert begun == ["a", "b", "c", "d", "e", "v"]
    changed = edited(cut, "c", replace(cut["c"], timeout=60))
    run, begun = again(stage, changed, cache="store")
    assert begun == ["c", "d", "e"]
    steps = stage.store.steps(run.id)
    assert all(first.id in steps[name].message for name in ("a", "b", "v"))
    assert all(steps[name].phase is Phase.CACHED for name in ("a", "b", "v"))
    third, begun = again(stage, changed, cache="store")
    assert begun == []
    steps = stage.store.steps(third.id)
    assert first.id in steps["a"].message
    assert run.id in steps["c"].message
    monkeypatch.setenv("COULER_CACHE", "off")
    _, begun = again(stage, changed, cache="store")
    assert begun == ["a", "b", "c", "d", "e", "v"]


@pytest.mark.usefixtures("own_signals")
def test_a_follower_in_the_cluster_knows_what_was_taken(
    stage: Stage, tmp_path: Path
) -> None:
    again(stage, split(handled()))
    changed = edited(handled(), "d", step("d", echo("x"), takes={"x": "new"}))
    engine = Unfollowed(run_store=stage.store)
    options = {**THERE, "cache": BARE}
    before = len(stage.player.begun)
    run = engine.submit(split(changed), options=options)
    for one in stage.cluster.objects.list("workflows")[0]:  # they expire meanwhile
        if one["metadata"]["labels"]["couler-jupyter/run"] != run.id:
            stage.cluster.objects.delete("workflows", one["metadata"]["name"])
    assert main([note(stage, tmp_path)]) == 0
    stage.wait(run)
    started = {one.rpartition(".")[2] for one in stage.player.begun[before:]}
    assert started == {"d", "bye", "told"}
    assert stage.engine.status(run)[""] is Phase.SUCCEEDED
    assert stage.engine.outputs(run)["told"] == {"result": "one"}


def test_a_plan_tells_which_parts_were_done_and_by_which_run(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = again(stage, split(chain()))
    monkeypatch.setenv("COULER_CACHE", "on")
    session = Session(root=stage.store.root, engine="argo")
    changed = edited(split(chain()), "c", step("c", echo("x"), takes={"x": "new"}))
    plan = session.plan(changed, passes="split,fit")
    told = f"parts 1, 2: not handed over again if what run {first.id} made"
    assert [one for one in plan.notes if one.startswith(told)]
    why = {one.step: one.why for one in plan.rows}
    assert first.id in why["a"]
    assert why["c"] == ""
