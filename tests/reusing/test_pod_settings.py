"""What a process in a pod is told of the cache, and what it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import SecretRef
from couler_jupyter.reusing.pod_settings import pod_settings

INDEX = "postgresql+psycopg://couler@db.example/cache"
SEEN = (
    "s3://bucket/kept?endpoint=minio.argo:9000&insecure=true&region=eu-1"
    "&access_key=minio/user&secret_key=minio/password"
)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COULER_CACHE", "on")
    monkeypatch.setenv("COULER_CACHE_URL", "s3://mine/kept")
    monkeypatch.setenv("COULER_CACHE_INDEX", INDEX)
    monkeypatch.setenv("COULER_CACHE_POLICY", "lru")
    monkeypatch.setenv("COULER_CACHE_CONFIG", str(tmp_path / "cache.toml"))


def told(*given: str, **variables: str) -> dict[str, str | SecretRef]:
    found = pod_settings(frozenset(given), variables=variables)
    assert found is not None
    return dict(found)


def test_it_is_told_where_all_is_and_by_what_policy() -> None:
    assert told() == {
        "COULER_CACHE": "on",
        "COULER_CACHE_POLICY": "lru",
        "COULER_CACHE_URL": "s3://mine/kept",
        "COULER_CACHE_INDEX": INDEX,
    }


def test_it_has_the_same_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COULER_CACHE_BUDGET", "20G")
    assert told()["COULER_CACHE_BUDGET"] == "20000000000"


def test_an_endpoint_that_is_known_here_is_known_there() -> None:
    found = told(AWS_ENDPOINT_URL="http://minio.example:9000")
    assert found["AWS_ENDPOINT_URL"] == "http://minio.example:9000"


def test_it_sees_the_place_as_pods_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COULER_CACHE_CLUSTER", SEEN)
    found = told(AWS_ENDPOINT_URL="http://localhost:9000")
    assert found["COULER_CACHE_URL"] == "s3://bucket/kept"
    assert found["AWS_ENDPOINT_URL"] == "http://minio.argo:9000"
    assert found["AWS_DEFAULT_REGION"] == "eu-1"
    assert found["AWS_ACCESS_KEY_ID"] == SecretRef("minio", "user")
    assert found["AWS_SECRET_ACCESS_KEY"] == SecretRef("minio", "password")


def test_keys_of_the_repository_are_for_a_person_to_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COULER_CACHE_CLUSTER", "repository")
    assert "AWS_ACCESS_KEY_ID" not in told(AWS_ENDPOINT_URL="http://minio:9000")


def test_what_comes_from_a_secret_is_not_told_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COULER_CACHE_URL", "/home/me/store")
    monkeypatch.setenv("COULER_CACHE_INDEX", "sqlite:///mine")
    monkeypatch.setenv("COULER_CACHE_CLUSTER", SEEN)
    found = told("COULER_CACHE_URL", "COULER_CACHE_INDEX", "AWS_ACCESS_KEY_ID")
    assert found.keys() == {"COULER_CACHE", "COULER_CACHE_POLICY"}


def test_a_cache_that_is_off_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COULER_CACHE", "off")
    assert pod_settings(frozenset()) is None


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("URL", "/home/me/store", "is on this machine, where no pod reaches it"),
        ("URL", "file:///home/me/store", "is on this machine"),
        ("URL", "memory://store", "is on this machine"),
        ("URL", "sftp://me:hidden@host/store", "COULER_CACHE_URL=SECRET/KEY"),
        ("INDEX", "", "use PostgreSQL"),
        ("INDEX", "sqlite:////home/me/index", "use PostgreSQL"),
        ("INDEX", "postgresql://u:hidden@db/x", "COULER_CACHE_INDEX=SECRET/KEY"),
        ("INDEX", "postgresql://u@db/x?password=hidden", "INDEX=SECRET/KEY"),
        ("INDEX", "postgresql://u@localhost/x", "is on this machine"),
        ("INDEX", "postgresql://u@/x?host=/run/postgresql", "is on this machine"),
    ],
)
def test_what_no_pod_can_reach_is_refused_and_no_secret_told(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(f"COULER_CACHE_{name}", value)
    with pytest.raises(UsageFailed, match=says) as found:
        pod_settings(frozenset(), variables={})
    assert "hidden" not in str(found.value)
