"""A follower in the cluster: what is asked for, what is made, what is refused."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes.client.models as api
import pytest

from couler_jupyter.engines.ahead import SETTINGS
from couler_jupyter.engines.argo import Argo
from couler_jupyter.engines.argo.live.in_cluster.note import FORMAT, note_of, unpacked
from couler_jupyter.engines.argo.live.options import LiveOptions
from couler_jupyter.engines.following.remote import remote_of
from couler_jupyter.errors import CoulerError, StoreFailed, SubmitFailed, UsageFailed
from couler_jupyter.ir import (
    Container,
    InputArtifact,
    Phase,
    SecretRef,
    Step,
    Workflow,
    to_json,
)
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.kube import Cluster
from tests.engines.argo.live.bench import until_over
from tests.engines.argo.live.conftest import Small

THERE: dict[str, Any] = {
    "follower": "cluster",
    "follower_image": "registry.example/couler:1",
    "cache": "elsewhere",
}


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache that pods find by a variable and a key of a secret."""
    found = {"COULER_CACHE": "on", "KEY": SecretRef("minio", "key")}
    loaded = {**SETTINGS._loaded, "elsewhere": lambda given: found}
    monkeypatch.setattr(SETTINGS, "_loaded", loaded)


def made(cluster: Cluster, collection: str) -> list[Any]:
    return list(cluster.objects.list(collection)[0])


def job_in(cluster: Cluster) -> Any:
    (found,) = made(cluster, "jobs")
    return found


def container(cluster: Cluster) -> Any:
    (found,) = job_in(cluster)["spec"]["template"]["spec"]["containers"]
    return found


def unknown_fields(kind: str, value: Any, path: str = "") -> Iterator[str]:
    """Yield what of an object the API's own models do not know, or have in another type."""
    if found := re.fullmatch(r"(?:list\[|dict\(str, )(.+)[\])]", kind):
        is_list = kind.startswith("list")
        parts = enumerate(value) if is_list else value.items()
        for key, one in parts:
            yield from unknown_fields(found[1], one, f"{path}[{key}]")
    elif model := getattr(api, kind, None):
        fields = {name: key for key, name in model.attribute_map.items()}
        for name, one in value.items():
            if name not in fields:
                yield f"{path}.{name}"
            else:
                inner = model.openapi_types[fields[name]]
                yield from unknown_fields(inner, one, f"{path}.{name}")
    elif kind in ("str", "int", "bool") and type(value).__name__ != kind:
        yield f"{path} is no {kind}"


def test_a_job_follows_the_run_and_goes_with_it(
    cluster: Cluster, engine: Small, pair: Workflow
) -> None:
    run = engine.submit(pair, options=THERE)
    job, (note,) = job_in(cluster), made(cluster, "configmaps")
    (owner,) = job["metadata"]["ownerReferences"]
    assert owner["uid"] == cluster.workflow()["metadata"]["uid"]
    assert note["metadata"]["ownerReferences"] == [owner]
    assert job["spec"]["template"]["spec"]["restartPolicy"] == "OnFailure"
    assert container(cluster)["image"] == "registry.example/couler:1"
    engine.delete(run)
    assert made(cluster, "jobs") == made(cluster, "configmaps") == []


def test_the_job_is_one_that_the_api_knows(
    cluster: Cluster, engine: Small, pair: Workflow
) -> None:
    account = {
        "follower_account": "keeper",
        "follower_env": ["COULER_CACHE_INDEX=cache/index", "minio"],
    }
    engine.submit(pair, options=THERE | account)
    job = job_in(cluster)
    assert list(unknown_fields("V1Job", job)) == []
    assert list(unknown_fields("V1Job", {"spec": {"tries": 1}})) == [".spec.tries"]
    assert job["spec"]["template"]["spec"]["serviceAccountName"] == "keeper"


def test_secrets_are_named_and_never_written(
    cluster: Cluster, engine: Small, pair: Workflow
) -> None:
    chosen = ["COULER_CACHE_INDEX=cache/index", "minio"]
    engine.submit(pair, options=THERE | {"follower_env": chosen})
    variables = {one["name"]: one for one in container(cluster)["env"]}
    assert variables["COULER_CACHE"]["value"] == "on"
    for name, secret, key in (
        ("KEY", "minio", "key"),
        ("COULER_CACHE_INDEX", "cache", "index"),
    ):
        reference = {"secretKeyRef": {"name": secret, "key": key}}
        assert variables[name] == {"name": name, "valueFrom": reference}
    assert container(cluster)["envFrom"] == [{"secretRef": {"name": "minio"}}]


def test_the_note_tells_all_that_a_follower_needs(
    cluster: Cluster, engine: Small, pair: Workflow, tmp_path: Path
) -> None:
    chosen = {"kubeconfig": str(tmp_path / "kubeconfig"), "refresh": ["fit"]}
    run = engine.submit(pair, options=THERE | chosen | {"restarts": 3})
    (note,) = made(cluster, "configmaps")
    (text,) = note["binaryData"].values()
    (tmp_path / "pod").mkdir()
    there, run_id = unpacked(base64.b64decode(text), tmp_path / "pod")
    record = there.get(run_id)
    assert run_id == run.id
    assert record.document == to_json(pair)
    assert remote_of(there, run_id).uid == cluster.workflow()["metadata"]["uid"]
    options = LiveOptions.of(json.loads(record.options))
    assert (options.kubeconfig, options.restarts, options.logs) == ("", 0, False)
    assert options.refresh == ("fit",)
    assert (there.folder(run_id) / "asked.json").exists()
    there.close()


def test_files_that_a_run_was_given_go_along(store: RunStore, tmp_path: Path) -> None:
    box = Container(image="busybox", command=("true",))
    flow = Workflow(
        name="reads",
        artifacts=(InputArtifact(name="table", path="table"),),
        steps=(Step(name="a", template=box),),
    )
    (tmp_path / "table.csv").write_text("a,b\n")
    record = store.create(
        workflow="reads",
        engine="small",
        document=to_json(flow),
        arguments=json.dumps({"table": str(tmp_path / "table.csv")}),
        remote=True,
    )
    remote = {"namespace": "n", "name": "w", "uid": "u"}
    (store.folder(record.id) / "remote.json").write_text(json.dumps(remote))
    note = note_of(store, record.id, remote_of(store, record.id))
    (tmp_path / "table.csv").unlink()
    (tmp_path / "pod").mkdir()
    there, run_id = unpacked(note, tmp_path / "pod")
    given = Path(json.loads(there.get(run_id).arguments)["table"])
    assert (given.name, given.read_text()) == ("table.csv", "a,b\n")
    there.close()


@pytest.mark.parametrize(
    ("note", "says"),
    [
        (b"", "no note of a run"),
        (gzip.compress(b"[]"), "no note of a run"),
        (gzip.compress(json.dumps({"format": FORMAT + 1}).encode()), "make the image"),
    ],
    ids=["nothing", "another list", "a later format"],
)
def test_what_is_no_note_is_told(tmp_path: Path, note: bytes, says: str) -> None:
    with pytest.raises(StoreFailed, match=says):
        unpacked(note, tmp_path)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"follower": "there"}, "write here or cluster"),
        ({"follower_image": ""}, "follower_image: name an image"),
        ({"server": "https://argo.example:2746"}, "an argo-server makes no Jobs"),
        ({"follower_env": ["PASSWORD=hidden"]}, "NAME=SECRET/KEY"),
        ({"follower_env": "minio"}, "a list of texts"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_made(
    cluster: Cluster,
    engine: Small,
    pair: Workflow,
    options: dict[str, Any],
    says: str,
) -> None:
    with pytest.raises(UsageFailed, match=says) as told:
        engine.submit(pair, options=THERE | options)
    assert "hidden" not in str(told.value)
    assert engine.store.runs() == ()
    assert cluster.asked == []


def test_a_run_of_which_too_much_is_to_be_told_is_not_begun(
    cluster: Cluster, engine: Small, pair: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("couler_jupyter.engines.argo.live.in_cluster.note._MOST", 100)
    with pytest.raises(SubmitFailed, match="use follower=here"):
        engine.submit(pair, options=THERE)
    assert made(cluster, "workflows") == []


def test_a_job_that_is_refused_leaves_nothing(
    cluster: Cluster, engine: Small, pair: Workflow
) -> None:
    cluster.fail(method="POST", path="/jobs", status=403, message="no Jobs for you")
    with pytest.raises(CoulerError, match="no Jobs for you"):
        engine.submit(pair, options=THERE)
    for collection in ("workflows", "jobs", "configmaps"):
        assert made(cluster, collection) == []
    assert engine.store.runs() == ()


@pytest.mark.parametrize("options", [{"cache": "none"}, {"template": "nightly"}])
def test_nobody_is_sent_where_nothing_is_kept(
    cluster: Cluster, engine: Small, pair: Workflow, options: dict[str, Any]
) -> None:
    engine.submit(pair, options=THERE | options)
    assert made(cluster, "jobs") == []


def test_a_run_that_is_tried_again_is_followed_by_another_one(
    cluster: Cluster, engine: Small, pair: Workflow
) -> None:
    run = engine.submit(pair, options=THERE)
    cluster.tell([], phase="Failed")
    until_over(engine, run)
    engine.retry(run)
    names = [one["metadata"]["name"] for one in made(cluster, "jobs")]
    assert [name[-2:] for name in names] == ["-1", "-2"]
    assert remote_of(engine.store, run.id).followers == 2
    cluster.tell([], phase="Succeeded")
    until_over(engine, run)
    assert engine.status(run)[""] is Phase.SUCCEEDED


def test_a_rehearsal_tells_of_it_and_refuses_what_a_run_would(
    cluster: Cluster, pair: Workflow, store: RunStore
) -> None:
    engine = Argo(store)
    told = engine.rehearse(pair, arguments={}, options=THERE)
    assert "a Job would follow it in the cluster" in told
    assert made(cluster, "jobs") == []
    with pytest.raises(UsageFailed, match="name an image"):
        engine.rehearse(pair, arguments={}, options=THERE | {"follower_image": ""})
    (choice,) = [one for one in engine.choices() if one.name == "follower"]
    assert choice.some == ("here", "cluster")
