from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from couler_jupyter.engines.kube.client import Client
from couler_jupyter.engines.kube.closing import Closing
from couler_jupyter.engines.kube.kubeconfig import KubeWire
from couler_jupyter.engines.kube.watching import states
from couler_jupyter.engines.web.patience import Patience
from couler_jupyter.engines.web.refusal import Refused
from couler_jupyter.engines.web.wire import Stream
from couler_jupyter.ir import Json
from couler_jupyter.testing.kube import Cluster

PATH = "/apis/argoproj.io/v1alpha1/namespaces/argo/workflows"
ONE = {"fieldSelector": "metadata.name=a"}


class Watched:
    def __init__(self, client: Client) -> None:
        self.client = client

    def fetch(self) -> Json:
        items = self.client.ask("GET", PATH, query=ONE)["items"]
        return items[0] if items else None

    def open(self, version: str) -> AbstractContextManager[Stream]:
        query = ONE | {"watch": "true", "resourceVersion": version}
        return self.client.stream(PATH, query=query)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with Cluster() as made:
        made.objects.create("workflows", {"metadata": {"name": "a"}, "n": 0})
        made.objects.create("workflows", {"metadata": {"name": "b"}, "n": 0})
        yield made


@pytest.fixture
def closing() -> Closing:
    return Closing()


@pytest.fixture
def seen(cluster: Cluster, tmp_path: Path, closing: Closing) -> Iterator[Json]:
    client = Client(
        KubeWire(kubeconfig=str(cluster.kubeconfig(tmp_path))), sleep=lambda _: None
    )
    return states(Watched(client), closing, patience=Patience(first=0.0))


def number(cluster: Cluster, n: int) -> None:
    cluster.objects.patch("workflows", "a", {"n": n})


def test_every_change_of_the_one_is_seen(
    cluster: Cluster, seen: Iterator[Json]
) -> None:
    assert next(seen)["n"] == 0
    cluster.objects.patch("workflows", "b", {"n": 9})
    number(cluster, 1)
    assert next(seen)["n"] == 1
    cluster.objects.delete("workflows", "a")
    assert next(seen) is None
    assert next(seen, "over") == "over"


def test_a_forgotten_version_is_fetched_anew(
    cluster: Cluster, seen: Iterator[Json]
) -> None:
    assert next(seen)["n"] == 0
    number(cluster, 1)
    cluster.objects.forget_history()
    assert next(seen)["n"] == 1


def test_a_410_in_the_middle_is_fetched_anew(
    cluster: Cluster, seen: Iterator[Json]
) -> None:
    assert next(seen)["n"] == 0
    number(cluster, 1)
    assert next(seen)["n"] == 1
    number(cluster, 2)
    cluster.objects.forget_history()
    assert next(seen)["n"] == 2


@pytest.mark.parametrize("after", [0, 1])
def test_a_dropped_watch_goes_on(
    cluster: Cluster, seen: Iterator[Json], after: int
) -> None:
    cluster.fail(path="watch=true", after=after, times=2)
    assert next(seen)["n"] == 0
    found: list[int] = []
    for n in range(1, 6):
        number(cluster, n)
        while not found or found[-1] != n:
            found.append(next(seen)["n"])
    assert found == sorted(found)


@pytest.mark.parametrize("status", [429, 500, 503, 410, 0])
def test_a_watch_that_does_not_open_is_tried_again(
    cluster: Cluster, seen: Iterator[Json], status: int
) -> None:
    cluster.fail(path="watch=true", status=status, times=2)
    assert next(seen)["n"] == 0
    number(cluster, 1)
    while next(seen)["n"] != 1:
        pass


def test_what_may_not_be_seen_is_told(cluster: Cluster, seen: Iterator[Json]) -> None:
    cluster.fail(path="watch=true", status=403, message="cannot watch resource")
    assert next(seen)["n"] == 0
    with pytest.raises(Refused, match="cannot watch"):
        next(seen)
