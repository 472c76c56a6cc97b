"""Argo on a stand-in for a cluster, with a cache on a server that speaks S3."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.ir import Run
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.kube import Cluster
from tests.engines.argo.live.bench import until
from tests.engines.argo.live.parts.conftest import Here
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
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with Cluster() as made:
        monkeypatch.setenv("KUBECONFIG", str(made.kubeconfig(tmp_path)))
        yield made


@pytest.fixture
def argo(
    tmp_path: Path, cluster: Cluster, bucket: Any, on_s3: None
) -> Iterator[OnCluster]:
    """Argo whose followers are threads of this process, which start at once."""
    with closing(RunStore(tmp_path / "runs")) as store:
        made = OnCluster(cluster, Here(store), bucket)
        yield made
        for run in store.runs():
            if not run.phase.ended:  # so that its follower ends, too
                made.engine.delete(Run(run.engine, run.id))
        until(lambda: not any(store.held(run.id) for run in store.runs()))


@pytest.fixture
def here(tmp_path: Path, argo: OnCluster) -> Iterator[Bench]:
    bench = Bench(tmp_path / "local")
    yield bench
    bench.close()
