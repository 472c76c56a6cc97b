"""The client over both wires, against a real server that fails on demand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from couler_jupyter.engines.kube.client import Client
from couler_jupyter.engines.kube.kubeconfig import KubeWire
from couler_jupyter.engines.web.refusal import Refused, Unreachable
from couler_jupyter.engines.web.url_wire import WebWire
from couler_jupyter.engines.web.wire import Wire
from couler_jupyter.errors import SubmitFailed, UsageFailed
from couler_jupyter.testing.kube import Cluster

PATH = "/apis/argoproj.io/v1alpha1/namespaces/argo/workflows"


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with Cluster() as made:
        yield made


@pytest.fixture(params=["kubernetes", "web"])
def wire(request: pytest.FixtureRequest, cluster: Cluster, tmp_path: Path) -> Wire:
    if request.param == "web":
        return WebWire(cluster.url, lambda: "Bearer secret-token")
    cluster.token = "secret-token"
    return KubeWire(kubeconfig=str(cluster.kubeconfig(tmp_path)))


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(wire: Wire, waits: list[float]) -> Client:
    return Client(wire, sleep=waits.append)


def make(name: str) -> dict[str, object]:
    return {"metadata": {"name": name}, "spec": {}}


def test_objects_come_and_go(cluster: Cluster, client: Client) -> None:
    made = client.ask("POST", PATH, body=make("ä-1"))
    assert made["metadata"]["uid"]
    assert client.ask("GET", PATH)["items"][0]["metadata"]["name"] == "ä-1"
    client.ask("DELETE", f"{PATH}/%C3%A4-1")
    assert client.ask("GET", PATH)["items"] == []


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 0])
def test_what_passes_is_asked_again(
    cluster: Cluster, client: Client, waits: list[float], status: int
) -> None:
    cluster.fail(status=status, times=3)
    assert client.ask("GET", PATH)["items"] == []
    assert len(waits) == 3
    assert len(cluster.asked) == 4


def test_the_server_says_how_long_to_wait(
    cluster: Cluster, client: Client, waits: list[float]
) -> None:
    cluster.fail(status=429, headers={"Retry-After": "7"})
    client.ask("GET", PATH)
    assert waits == [7.0]


def test_enough_is_enough(cluster: Cluster, client: Client, waits: list[float]) -> None:
    cluster.fail(status=503, times=99, message="no leader")
    with pytest.raises(Refused, match=r"no leader \(503\)"):
        client.ask("GET", PATH)
    assert len(waits) == 5


@pytest.mark.parametrize(
    ("status", "message", "told"),
    [
        (403, 'workflows is forbidden: User "a" cannot create resource', "ask for the"),
        (403, "exceeded quota: team", "quota is used up"),
        (404, "no such thing", "none of that name"),
        (413, "Request entity too large", "too big"),
        (422, "Workflow is invalid: spec.templates: Too many", "does not accept"),
        (500, "etcdserver: request is too large", "too big"),
    ],
)
def test_what_does_not_pass_is_told_at_once(
    cluster: Cluster,
    client: Client,
    waits: list[float],
    status: int,
    message: str,
    told: str,
) -> None:
    cluster.fail(status=status, message=message)
    with pytest.raises(Refused, match=told) as caught:
        client.ask("POST", PATH, body=make("a"))
    assert caught.value.status == status
    assert "\n" not in str(caught.value)
    assert waits == []


def test_no_token_is_ever_shown(cluster: Cluster, client: Client) -> None:
    cluster.fail(status=403, message="no")
    with pytest.raises(Refused) as caught:
        client.ask("GET", PATH)
    assert "secret-token" not in str(caught.value) + repr(caught.value)


def test_a_server_that_is_gone_is_one_line(wire: Wire, waits: list[float]) -> None:
    wire = WebWire("http://127.0.0.1:9", lambda: "")
    with pytest.raises(Unreachable, match=r"cannot be reached: connection refused$"):
        Client(wire, sleep=waits.append).ask("GET", "/")
    assert len(waits) == 5


def test_an_expired_token_is_read_afresh_once(
    cluster: Cluster, tmp_path: Path, waits: list[float]
) -> None:
    cluster.token = "old"
    client = Client(
        KubeWire(kubeconfig=str(cluster.kubeconfig(tmp_path))), sleep=waits.append
    )
    client.ask("GET", PATH)
    cluster.token = "new"
    cluster.kubeconfig(tmp_path)
    assert client.ask("GET", PATH)["items"] == []
    cluster.token = "newer"
    with pytest.raises(Refused, match="log in again"):
        client.ask("GET", PATH)
    assert waits == []


def test_a_stream_is_opened_with_a_fresh_token(
    cluster: Cluster, tmp_path: Path
) -> None:
    cluster.token = "old"
    client = Client(KubeWire(kubeconfig=str(cluster.kubeconfig(tmp_path))))
    cluster.token = "new"
    cluster.kubeconfig(tmp_path)
    cluster.print("p", "hello\n", ended=True)
    with client.stream("/api/v1/namespaces/argo/pods/p/log") as stream:
        assert b"".join(stream.chunks()) == b"hello\n"


def test_no_cluster_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(SubmitFailed, match="set KUBECONFIG"):
        KubeWire()


def test_an_unknown_context_is_named(cluster: Cluster, tmp_path: Path) -> None:
    path = str(cluster.kubeconfig(tmp_path))
    with pytest.raises(SubmitFailed, match="'nowhere'"):
        KubeWire(kubeconfig=path, context="nowhere")


def test_the_namespace_of_the_context_is_meant(
    cluster: Cluster, tmp_path: Path
) -> None:
    path = cluster.kubeconfig(tmp_path, namespace="team")
    assert KubeWire(kubeconfig=str(path)).namespace == "team"
    config = json.loads(path.read_text())
    del config["contexts"][0]["context"]["namespace"]
    path.write_text(json.dumps(config))
    assert KubeWire(kubeconfig=str(path)).namespace == "default"


@pytest.mark.parametrize(
    "url", ["argo.example.com", "ftp://x", "https://me:pw@x", "https://x?token=1"]
)
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(UsageFailed) as caught:
        WebWire(url, lambda: "")
    assert "pw" not in str(caught.value)


def test_a_login_page_is_no_answer(cluster: Cluster, waits: list[float]) -> None:
    cluster.fail(status=302, headers={"Location": "http://127.0.0.1:9/login"})
    client = Client(WebWire(cluster.url, lambda: "Bearer t"), sleep=waits.append)
    with pytest.raises(Refused, match="wants a login"):
        client.ask("GET", PATH)


@pytest.mark.parametrize("text", ["a: [", "- a", "", "a: b", "current-context: x"])
def test_a_broken_kubeconfig_is_told_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config"
    path.write_text(text, "utf-8")
    with pytest.raises(SubmitFailed) as told:
        KubeWire(kubeconfig=str(path))
    assert f"no cluster to submit to: {path}: " in str(told.value)
    assert "\n" not in str(told.value)


def test_no_kubeconfig_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = tmp_path / "none"
    with pytest.raises(SubmitFailed, match="none: there is no such file; set KUBE"):
        KubeWire(kubeconfig=str(missing))
    monkeypatch.setenv("KUBECONFIG", str(missing))
    with pytest.raises(SubmitFailed, match="none: there is no such file; set KUBE"):
        KubeWire()
