"""Argo on a stand-in for a cluster, with a cache on a server that speaks S3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.runs import RunStore
from couler_jupyter.testing.kube import Cluster
from tests.engines.argo.live.followers import end_followers
from tests.engines.local.runs.bench import Bench
from tests.reusing.on_cluster import OnCluster
from tests.store.conftest import postgres_folder, postgres_url, s3, s3_server

__all__ = ["postgres_folder", "postgres_url", "s3", "s3_server"]


@pytest.fixture
def bucket(s3: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The bucket of a server that speaks S3, known to fsspec here and in followers."""
    import s3fs
    from fsspec.config import conf

    monkeypatch.setitem(conf, "s3", s3)
    monkeypatch.setenv("FSSPEC_S3_ENDPOINT_URL", s3["endpoint_url"])
    monkeypatch.setenv("FSSPEC_S3_KEY", s3["key"])
    monkeypatch.setenv("FSSPEC_S3_SECRET", s3["secret"])
    return s3fs.S3FileSystem(**s3)


@pytest.fixture
def on_s3(tmp_path: Path, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache in the bucket."""
    monkeypatch.setenv("COULER_CACHE", "on")
    monkeypatch.setenv("COULER_CACHE_URL", "s3://bucket/kept")
    monkeypatch.setenv("COULER_CACHE_INDEX", f"sqlite:///{tmp_path}/index.sqlite")
    monkeypatch.setenv("COULER_CACHE_CONFIG", str(tmp_path / "cache.toml"))
    monkeypatch.setenv("COULER_CACHE_BUDGET", "100M")


@pytest.fixture
def argo(
    tmp_path: Path, bucket: Any, on_s3: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OnCluster]:
    with Cluster() as cluster:
        monkeypatch.setenv("KUBECONFIG", str(cluster.kubeconfig(tmp_path)))
        store = RunStore(tmp_path / "runs")
        yield OnCluster(cluster, store, bucket)
        end_followers(store)
        store.close()


@pytest.fixture
def here(tmp_path: Path, argo: OnCluster) -> Iterator[Bench]:
    bench = Bench(tmp_path / "local")
    yield bench
    bench.close()
