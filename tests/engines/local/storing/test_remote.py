"""Object stores by fsspec: its memory file system stands in for the real ones."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from couler_jupyter.engines.local.secrets import NoSecret, Secrets
from couler_jupyter.engines.local.storing import remote
from couler_jupyter.engines.local.storing.fetch import fetch
from couler_jupyter.engines.local.storing.put import put
from couler_jupyter.engines.local.storing.trouble import StorageTrouble
from couler_jupyter.ir import GCS, HDFS, OSS, S3, Archive, Azure, SecretRef, Storage

STORAGES: dict[str, Storage] = {
    "s3": S3(bucket="b", key="dir/x.txt"),
    "gs": GCS(bucket="b", key="/dir/x.txt"),
    "oss": OSS(bucket="b", key="dir/x.txt", endpoint="http://oss"),
    "abfs": Azure(container="b", blob="dir/x.txt", endpoint="https://acc.blob.x"),
    "hdfs": HDFS(path="/b/dir/x.txt", addresses=("name:9000",), user="me"),
}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, dict[str, Any]]]:
    """What each protocol was opened with."""
    seen: dict[str, dict[str, Any]] = {}

    def filesystem(protocol: str, **settings: Any) -> MemoryFileSystem:
        seen[protocol] = settings
        return MemoryFileSystem()

    monkeypatch.setattr(fsspec, "filesystem", filesystem)
    yield seen
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]


def around(tmp_path: Path, **env: str) -> dict[str, Any]:
    return {
        "secrets": Secrets(tmp_path / "config", env),
        "repository": tmp_path / "repository",
        "folder": tmp_path,
    }


@pytest.mark.parametrize("protocol", STORAGES)
def test_a_file_there_and_back(
    opened: dict[str, Any], tmp_path: Path, protocol: str
) -> None:
    source = tmp_path / "x.txt"
    source.write_text("hello")
    where = put(source, STORAGES[protocol], None, **around(tmp_path))
    assert where == f"{protocol}://b/dir/x.txt"
    fetch(STORAGES[protocol], tmp_path / "back", **around(tmp_path))
    assert (tmp_path / "back").read_text() == "hello"
    assert list(opened) == [protocol]


def test_a_folder_there_and_back(opened: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "d/sub").mkdir(parents=True)
    (tmp_path / "d/sub/a").write_text("1")
    (tmp_path / "d/b").write_text("2")
    storage = S3(bucket="b", key="folder")
    put(tmp_path / "d", storage, None, **around(tmp_path))
    fetch(storage, tmp_path / "back", **around(tmp_path))
    assert (tmp_path / "back/sub/a").read_text() == "1"
    assert (tmp_path / "back/b").read_text() == "2"


def test_packed_if_asked(opened: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d/a").write_text("1")
    put(tmp_path / "d", S3(bucket="b", key="d.tgz"), Archive.TAR, **around(tmp_path))
    assert MemoryFileSystem().cat("b/d.tgz")[:2] == b"\x1f\x8b"


def test_credentials_come_from_secrets(opened: dict[str, Any], tmp_path: Path) -> None:
    storage = S3(
        bucket="b",
        key="k",
        endpoint="minio:9000",
        region="eu",
        insecure=True,
        access_key=SecretRef("s3", "id"),
        secret_key=SecretRef("s3", "word"),
    )
    known = {"COULER_SECRET_S3_ID": "me", "COULER_SECRET_S3_WORD": "pw"}
    MemoryFileSystem().pipe("b/k", b"x")
    fetch(storage, tmp_path / "x", **around(tmp_path, **known))
    assert opened["s3"] == {
        "key": "me",
        "secret": "pw",
        "endpoint_url": "http://minio:9000",
        "client_kwargs": {"region_name": "eu"},
    }
    with pytest.raises(NoSecret, match="COULER_SECRET_S3_ID"):
        fetch(storage, tmp_path / "x", **around(tmp_path))


def test_settings_in_each_packages_words(tmp_path: Path) -> None:
    known = {
        "COULER_SECRET_S_A": '{"type": "service_account"}',
        "COULER_SECRET_S_B": "b",
    }
    secrets = Secrets(tmp_path, known)
    a, b = SecretRef("s", "a"), SecretRef("s", "b")
    assert remote.settings_of(GCS(key="k", service_account_key=a), secrets) == {
        "token": {"type": "service_account"}
    }
    with pytest.raises(StorageTrouble, match="no JSON"):
        remote.settings_of(GCS(key="k", service_account_key=b), secrets)
    oss = OSS(key="k", endpoint="e", access_key=a, secret_key=b)
    assert remote.settings_of(oss, secrets)["endpoint"] == "e"
    azure = Azure(
        container="c", blob="b", endpoint="https://acc.blob.net", account_key=b
    )
    assert remote.settings_of(azure, secrets) == {
        "account_name": "acc",
        "account_key": "b",
    }
    hdfs = HDFS(path="/x", addresses=("name:9000",), user="me")
    assert remote.settings_of(hdfs, secrets) == {
        "host": "name",
        "port": 9000,
        "user": "me",
    }
    with pytest.raises(StorageTrouble, match="by role"):
        remote.settings_of(S3(key="k", role_arn="arn"), secrets)


def test_what_is_not_there_is_told(opened: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(StorageTrouble, match="there is no s3://b/none") as caught:
        fetch(S3(bucket="b", key="none"), tmp_path / "x", **around(tmp_path))
    assert not caught.value.transient
    with pytest.raises(StorageTrouble, match="has no bucket"):
        fetch(S3(key="k"), tmp_path / "x", **around(tmp_path))


def test_trouble_on_the_way_is_worth_another_try(
    opened: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ConnectionResetError("peer went away")

    monkeypatch.setattr(MemoryFileSystem, "get_file", broken)
    with pytest.raises(StorageTrouble, match="peer went away") as caught:
        fetch(STORAGES["s3"], tmp_path / "x", **around(tmp_path))
    assert caught.value.transient


def test_a_missing_package_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)  # as if it were not installed
    with pytest.raises(StorageTrouble, match="pip install fsspec s3fs"):
        fetch(STORAGES["s3"], tmp_path / "x", **around(tmp_path))
