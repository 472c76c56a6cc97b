"""Followers in the cluster keep what runs make, whether or not anybody looks on."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.engines.argo import Argo
from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Json, Phase, Run
from couler_jupyter.reusing import load_config, open_store
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.kube import Cluster
from tests.engines.argo.live.bench import kill_follower, until
from tests.engines.argo.live.followers import end_followers
from tests.reusing.on_argo.flows import LEFT, filing, sums
from tests.reusing.on_cluster import OnCluster

FILES: dict[str, Any] = {"make": {"out": b"123"}, "read": {"result": "123"}}
THERE: dict[str, Json] = {
    "follower": "cluster",
    "follower_image": "registry.example/couler:1",
    "follower_env": ["COULER_CACHE_INDEX=cache/index"],
}


@pytest.fixture
def argo(
    tmp_path: Path, cluster: Cluster, bucket: Any, on_s3: None
) -> Iterator[OnCluster]:
    """Argo whose followers are processes, as they really are."""
    with closing(RunStore(tmp_path / "runs")) as store:
        yield OnCluster(cluster, Argo(run_store=store), bucket)
        end_followers(store)


@pytest.fixture
def secrets(
    argo: OnCluster, s3: dict[str, Any], postgres_url: str, monkeypatch: Any
) -> dict[str, dict[str, str]]:
    """Secrets of the cluster; the cache is on servers that pods reach, too."""
    endpoint = s3["endpoint_url"].removeprefix("http://")
    monkeypatch.setenv("COULER_CACHE_INDEX", postgres_url)
    monkeypatch.setenv(
        "COULER_CACHE_CLUSTER",
        f"s3://bucket/kept?endpoint={endpoint}&insecure=true"
        "&access_key=minio/user&secret_key=minio/password",
    )
    return {
        "cache": {"index": postgres_url},
        "minio": {"user": s3["key"], "password": s3["secret"]},
    }


class Pods:
    """Runs what a Job runs, as a process of this machine."""

    def __init__(self, argo: OnCluster, secrets: Any, folder: Path) -> None:
        self._argo = argo
        self._secrets = secrets
        self._folder = folder
        self._started: list[subprocess.Popen[str]] = []

    def start(self) -> subprocess.Popen[str]:
        """Start the process of the latest Job's container, with what it is given."""
        job = self._argo.cluster.objects.list("jobs")[0][-1]
        spec = job["spec"]["template"]["spec"]
        (container,) = spec["containers"]
        places = {
            mount["mountPath"]: self._folder / f"{len(self._started)}" / mount["name"]
            for mount in container["volumeMounts"]
        }
        for volume in spec["volumes"]:
            if name := volume.get("configMap", {}).get("name"):
                self._fill(places["/couler"], name)
        places["/tmp"].mkdir(parents=True)
        command = [_moved(text, places) for text in container["command"]]
        env = {one["name"]: self._value(one, places) for one in container["env"]}
        bin_folder = str(Path(sys.executable).parent)
        around = {
            "PATH": f"{bin_folder}:{os.environ['PATH']}",
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "KUBECONFIG": os.environ["KUBECONFIG"],  # instead of the pod's account
        }
        process = subprocess.Popen(
            command, env=around | env, stderr=subprocess.PIPE, text=True
        )
        self._started.append(process)
        return process

    def end(self) -> None:
        """End what still runs."""
        for process in self._started:
            process.kill()
            process.communicate()

    def _fill(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True)
        held = self._argo.cluster.objects.get("configmaps", name)
        for file, text in held["binaryData"].items():
            (folder / file).write_bytes(base64.b64decode(text))

    def _value(self, variable: Json, places: dict[str, Path]) -> str:
        if "value" in variable:
            return _moved(variable["value"], places)
        reference = variable["valueFrom"]["secretKeyRef"]
        return str(self._secrets[reference["name"]][reference["key"]])


def _moved(text: str, places: dict[str, Path]) -> str:
    for mount, folder in places.items():
        if text == mount or text.startswith(f"{mount}/"):
            return f"{folder}{text.removeprefix(mount)}"
    return text


@pytest.fixture
def pods(argo: OnCluster, secrets: Any, tmp_path: Path) -> Iterator[Pods]:
    made = Pods(argo, secrets, tmp_path / "pods")
    yield made
    made.end()


def ended(process: subprocess.Popen[str]) -> None:
    _, said = process.communicate(timeout=90)
    assert (process.returncode, said) == (0, "")


def attempts(run: Run) -> Counter[str]:
    """Return how often each step of a run was told of."""
    with closing(open_store(load_config())) as store:
        return Counter(one.path for one in store.history.attempts(run=run.id))


def met(run: Run) -> list[list[str]]:
    """Return the steps of a run, as often as it was written down as a whole."""
    with closing(open_store(load_config())) as store:
        pasts = [one for one in store.history.pasts() if one.run == run.id]
    return [sorted(visit.step for visit in past.visits) for past in pasts]


def look(argo: OnCluster, run: Run) -> None:
    """Look at a run until it is known here that it has ended."""
    later = time.time() - 60  # nobody waits for a follower that was just started
    os.utime(argo.store.folder(run.id) / "follower.started", (later, later))
    until(lambda: argo.engine.status(run)[""].ended, patience=60)
    until(lambda: not argo.store.held(run.id))


def test_what_a_run_makes_is_kept_though_nobody_looks_on(
    argo: OnCluster, pods: Pods, bucket: Any
) -> None:
    run = argo.submit(filing(), **THERE)
    kill_follower(argo.store, run)
    pod = pods.start()
    argo.play(FILES)
    ended(pod)
    assert not argo.store.get(run.id).phase.ended  # nobody here knows yet
    (kept,) = bucket.find("bucket/kept/objects")
    assert bucket.cat_file(kept) == b"123"
    assert attempts(run) == {"make": 1, "read": 1}
    look(argo, run)
    assert argo.phases(run) == dict.fromkeys(FILES, Phase.SUCCEEDED)
    assert attempts(run) == {"make": 1, "read": 1}
    assert met(run) == [["make", "read"]]
    again = argo.run(filing("wc data"), {"read": {"result": "3"}})
    assert argo.ran() == ["read"]
    assert argo.phases(again)["make"] is Phase.CACHED


def test_who_looks_on_from_here_keeps_nothing_twice(
    argo: OnCluster, pods: Pods
) -> None:
    run = argo.submit(sums(), **THERE)
    pod = pods.start()
    argo.begin(run)
    argo.play(LEFT)
    ended(pod)
    look(argo, run)
    assert attempts(run) == dict.fromkeys(LEFT, 1)
    assert met(run) == [sorted(LEFT)]
    assert "cache" not in (argo.store.folder(run.id) / "follower.log").read_text()
    assert set(argo.phases(argo.run(sums(), {})).values()) == {Phase.CACHED}


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["kill", "term"])
def test_one_that_was_ended_goes_on_when_its_job_starts_it_again(
    argo: OnCluster, pods: Pods, how: signal.Signals
) -> None:
    run = argo.submit(sums(), **THERE)
    kill_follower(argo.store, run)
    pod = pods.start()
    argo.begin(run)
    left = {k: v for k, v in LEFT.items() if k != "show"}
    argo.play(left, {"show": "Running"})
    until(lambda: attempts(run) == {"load": 1, "double": 1}, patience=60)
    pod.send_signal(how)
    assert pod.wait(60) != 0
    again = pods.start()
    argo.play(LEFT)
    ended(again)
    assert attempts(run) == dict.fromkeys(LEFT, 1)
    assert met(run) == [sorted(LEFT)]


@pytest.mark.parametrize(
    "status",
    [
        {"conditions": [{"type": "Failed", "status": "True"}]},
        {"active": 1, "ready": 0},
    ],
    ids=["failed", "image missing"],
)
def test_what_its_job_does_not_keep_is_kept_from_here(
    argo: OnCluster, pods: Pods, status: Json
) -> None:
    run = argo.submit(sums(), **THERE)
    (job,) = argo.cluster.objects.list("jobs")[0]
    argo.cluster.objects.replace("jobs", {**job, "status": status})
    argo.play(LEFT)
    look(argo, run)
    assert attempts(run) == dict.fromkeys(LEFT, 1)
    assert set(argo.phases(argo.run(sums(), {})).values()) == {Phase.CACHED}
    ended(pods.start())  # the image is there at last
    assert attempts(run) == dict.fromkeys(LEFT, 1)
    assert met(run) == [sorted(LEFT)]


def test_one_that_may_not_look_at_the_run_ends_at_once(
    argo: OnCluster, pods: Pods
) -> None:
    run = argo.submit(sums(), **THERE)
    kill_follower(argo.store, run)
    argo.cluster.fail(method="GET", path="/workflows", status=403, message="forbidden")
    pod = pods.start()
    _, said = pod.communicate(timeout=90)
    assert pod.returncode == 1
    assert "forbidden" in said


def test_one_that_cannot_reach_the_store_says_so_and_is_started_again(
    argo: OnCluster, pods: Pods, secrets: Any
) -> None:
    secrets["cache"]["index"] = "postgresql+psycopg://couler@/gone?host=/nowhere"
    argo.submit(sums(), **THERE)
    pod = pods.start()
    _, said = pod.communicate(timeout=90)
    assert pod.returncode == 1
    assert "nothing of this run is kept" in said


def test_a_store_of_this_machine_is_refused(
    argo: OnCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COULER_CACHE_URL", str(tmp_path / "kept"))
    monkeypatch.delenv("COULER_CACHE_INDEX")
    with pytest.raises(UsageFailed, match="where no pod reaches it"):
        argo.submit(sums(), **THERE)
    assert argo.store.runs() == ()
    assert argo.manifests == []


def test_a_follower_that_died_goes_on_where_it_was(argo: OnCluster) -> None:
    run = argo.submit(sums())
    kill_follower(argo.store, run)
    argo.play(LEFT)
    later = time.time() - 60  # nobody waits for a follower that was just started
    os.utime(argo.store.folder(run.id) / "follower.started", (later, later))
    until(lambda: argo.engine.status(run)[""].ended)
    until(lambda: not argo.store.held(run.id))
    with closing(open_store(load_config())) as store:
        told = [one.path for one in store.history.attempts(run=run.id)]
    assert sorted(told) == ["double", "load", "show"]
    assert set(argo.phases(argo.run(sums(), {})).values()) == {Phase.CACHED}
