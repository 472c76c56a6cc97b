"""The ConfigMaps that a run mounts: made before it, kept while it is there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from couler_jupyter.engines.argo import Argo
from couler_jupyter.engines.argo.live.opening import open_door
from couler_jupyter.engines.argo.live.options import LiveOptions
from couler_jupyter.engines.argo.live.owned import ConfigMaps
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Script, Step, Workflow
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.kube import Cluster


def long(name: str = "long", letter: str = "x", lines: int = 20_000) -> Workflow:
    """Return a workflow with a script that is too long for one object."""
    source = f"echo {name}\n" + f"# {letter * 60}\n" * lines
    script = Script(source=source, interpreter=("sh",), image="alpine:3")
    return Workflow(name=name, steps=(Step(name="a", template=script),))


@pytest.fixture
def engine(store: RunStore) -> Argo:
    return Argo(store)


def maps(cluster: Cluster) -> list[dict[str, Any]]:
    return cluster.objects.list("configmaps")[0]


def owners(cluster: Cluster) -> set[str]:
    (held,) = maps(cluster)
    return {one["name"] for one in held["metadata"].get("ownerReferences", ())}


def names(cluster: Cluster) -> set[str]:
    return {one["metadata"]["name"] for one in cluster.objects.list("workflows")[0]}


def posted(cluster: Cluster) -> list[str]:
    return [
        path.rsplit("/", 1)[-1] for method, path in cluster.asked if method == "POST"
    ]


def test_they_are_there_before_the_run_and_belong_to_it(
    cluster: Cluster, engine: Argo
) -> None:
    engine.submit(long())
    assert posted(cluster) == ["configmaps", "workflows"]
    (held,) = maps(cluster)
    (work,) = cluster.objects.list("workflows")[0]
    (owner,) = held["metadata"]["ownerReferences"]
    assert owner == {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "name": work["metadata"]["name"],
        "uid": work["metadata"]["uid"],
    }
    assert held["immutable"] is True
    (_, moved) = work["spec"]["templates"]
    assert moved["volumes"][0]["configMap"]["name"] == held["metadata"]["name"]


def test_runs_share_them_and_the_last_takes_them_away(
    cluster: Cluster, engine: Argo
) -> None:
    for _ in range(3):
        engine.submit(long())
    assert owners(cluster) == names(cluster)
    first, *others = sorted(names(cluster))
    cluster.objects.delete("workflows", first)
    assert owners(cluster) == set(others)
    for name in others:
        cluster.objects.delete("workflows", name)
    assert maps(cluster) == []


def test_other_scripts_are_in_other_ones(cluster: Cluster, engine: Argo) -> None:
    engine.submit(long(letter="x"))
    engine.submit(long(letter="y"))
    assert len(maps(cluster)) == 2


def test_where_no_run_comes_about_none_are_left(
    cluster: Cluster, engine: Argo, store: RunStore
) -> None:
    cluster.fail(method="POST", path="/workflows", status=403, message="no")
    with pytest.raises(SubmitFailed, match="no"):
        engine.submit(long())
    assert maps(cluster) == []
    assert [*store.runs()] == []


def test_a_run_that_cannot_own_them_is_not_left_running(
    cluster: Cluster, engine: Argo, store: RunStore
) -> None:
    cluster.fail(method="PUT", path="/configmaps", status=403, message="no")
    with pytest.raises(SubmitFailed, match="no"):
        engine.submit(long())
    assert cluster.objects.list("workflows")[0] == []
    assert maps(cluster) == []
    assert [*store.runs()] == []


def test_where_not_all_can_be_published_none_are_left(
    cluster: Cluster, engine: Argo, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = [long(name, lines=16_000).steps[0] for name in "abc"]
    steps = tuple(replace(one, name=f"s{at}") for at, one in enumerate(scripts))
    laid_out: list[str] = []
    lay_out = ConfigMaps.lay_out

    def only_one(self: ConfigMaps, config_map: Any, owner: Any) -> bool:
        laid_out.append(config_map["metadata"]["name"])
        if len(laid_out) == 2:
            assert len(maps(cluster)) == 1
            raise SubmitFailed("no more")
        return lay_out(self, config_map, owner)

    monkeypatch.setattr(ConfigMaps, "lay_out", only_one)
    with pytest.raises(SubmitFailed, match="no more"):
        engine.publish(Workflow(name="two", steps=steps))
    assert len({*laid_out}) == 2
    assert maps(cluster) == []


def test_a_name_stays_within_the_config_maps(cluster: Cluster) -> None:
    door = open_door(LiveOptions.of({}))
    door.take_away("../secrets/x")
    (asked,) = (path for _, path in cluster.asked)
    assert asked.endswith("/configmaps/..%2Fsecrets%2Fx")


def test_what_others_use_stays_where_no_run_comes_about(
    cluster: Cluster, engine: Argo
) -> None:
    engine.submit(long())
    cluster.fail(method="POST", path="/workflows", status=403, message="no")
    with pytest.raises(SubmitFailed):
        engine.submit(long())
    assert owners(cluster) == names(cluster)


def test_one_that_holds_something_else_is_not_used(
    cluster: Cluster, engine: Argo
) -> None:
    engine.submit(long())
    (held,) = maps(cluster)
    held["binaryData"] = {"other": ""}
    cluster.objects.replace("configmaps", held)
    with pytest.raises(SubmitFailed, match="holds something else; delete it"):
        engine.submit(long())


def test_one_that_goes_while_a_run_starts_is_made_again(
    cluster: Cluster, engine: Argo, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = cluster.objects.create

    def slow(collection: str, found: dict[str, Any]) -> dict[str, Any]:
        made = create(collection, found)
        if collection == "workflows":
            cluster.objects.delete("configmaps", maps(cluster)[0]["metadata"]["name"])
        return made

    monkeypatch.setattr(cluster.objects, "create", slow)
    engine.submit(long())
    assert owners(cluster) == names(cluster)


def test_a_published_template_owns_its_own(cluster: Cluster, engine: Argo) -> None:
    assert engine.publish(long()) == ("WorkflowTemplate long",)
    assert engine.publish(long()) == ("WorkflowTemplate long",)
    assert owners(cluster) == {"long"}
    engine.submit(long(), options={"template": "long"})
    assert owners(cluster) == {"long"}
    cluster.objects.delete("workflowtemplates", "long")
    assert maps(cluster) == []


def test_an_argo_server_is_asked_nothing(
    cluster: Cluster, engine: Argo, store: RunStore
) -> None:
    with pytest.raises(SubmitFailed, match="ConfigMaps, which an argo-server cannot"):
        engine.submit(long(), options={"server": cluster.url})
    with pytest.raises(SubmitFailed, match="an argo-server cannot make"):
        engine.publish(long(), options={"server": cluster.url})
    assert cluster.asked == []
    assert [*store.runs()] == []
