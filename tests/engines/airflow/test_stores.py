"""Objects in stores: what a DAG file says of them, and what its tasks do with that."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from couler_jupyter.engines.airflow import Airflow
from couler_jupyter.engines.airflow.prelude.values import Unknown
from couler_jupyter.engines.airflow.stores import store_said
from couler_jupyter.engines.airflow.trees import Trees
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import (
    GCS,
    S3,
    Azure,
    Format,
    Http,
    InputArtifact,
    OutputArtifact,
    ParameterRef,
    RunField,
    RunRef,
    SecretRef,
    Storage,
    Workflow,
)
from couler_jupyter.testing.parts import flow, sh, step

_FILES = "couler_jupyter.engines.airflow.prelude.files"
_VARIABLES = {"secret/s3/id": "testing", "secret/s3/word": "testing"}


def _reads(storage: Storage) -> Workflow:
    cat = sh("cat file", inputs=(InputArtifact(name="file"),))
    return flow("reads", step("read", cat, takes={"file": storage}))


def _keeps(storage: Storage) -> Workflow:
    made = OutputArtifact(name="made", path="made", storage=storage)
    return flow("keeps", step("write", sh("echo hi > made", outputs=(made,))))


def _s3(endpoint: str, key: Any, word: str = "word") -> S3:
    return S3(
        bucket="lake",
        key=key,
        endpoint=endpoint,
        insecure=True,
        region="us-east-1",
        access_key=SecretRef("s3", "id"),
        secret_key=SecretRef("s3", word),
    )


def _handle(storage: S3) -> dict[str, Any]:
    """Return what tasks pass on: the secrets by their names."""
    _, (_, *texts), words, secrets = store_said(storage, Trees("", {}))
    return {"$store": ["".join(texts), words, secrets]}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The address of a server that speaks S3, with one bucket."""
    from moto.server import ThreadedMotoServer
    from s3fs import S3FileSystem

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    S3FileSystem.clear_instance_cache()
    S3FileSystem(key="testing", secret="testing", endpoint_url=url).mkdir("lake")
    yield url
    server.stop()


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The part of DAG files that moves files, with Variables but without Airflow."""
    sdk = ModuleType("airflow.sdk")

    class Variable:
        """Airflow's Variables."""

        @staticmethod
        def get(name: str, default: object) -> object:
            """Return one."""
            return _VARIABLES.get(name, default)

    sdk.Variable = Variable  # type: ignore[attr-defined]
    sdk.ObjectStoragePath = Path  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "airflow", ModuleType("airflow"))
    monkeypatch.setitem(sys.modules, "airflow.sdk", sdk)
    monkeypatch.delitem(sys.modules, _FILES, raising=False)
    found = importlib.import_module(_FILES)
    monkeypatch.delitem(sys.modules, _FILES)
    return found


def test_files_go_into_a_store_and_come_out(
    files: Any, endpoint: str, tmp_path: Path
) -> None:
    source = tmp_path / "made"
    source.write_text("hi")
    handle = _handle(_s3(endpoint, "runs/made"))
    assert files.put(source, handle) == handle
    assert "testing" not in repr(handle)
    files.fetch(handle, tmp_path / "got" / "file", 0o600)
    assert (tmp_path / "got" / "file").read_text() == "hi"
    assert (tmp_path / "got" / "file").stat().st_mode & 0o777 == 0o600


def test_folders_go_into_a_store_and_come_out(
    files: Any, endpoint: str, tmp_path: Path
) -> None:
    source = tmp_path / "made"
    (source / "inner").mkdir(parents=True)
    (source / "a").write_text("1")
    (source / "inner" / "b").write_text("2")
    handle = _handle(_s3(endpoint, "folders/made"))
    files.put(source, handle)
    files.fetch(handle, tmp_path / "got")
    got = tmp_path / "got"
    assert (got / "a").read_text() + (got / "inner" / "b").read_text() == "12"


def test_what_is_not_there_is_unknown(
    files: Any, endpoint: str, tmp_path: Path
) -> None:
    gone = _handle(_s3(endpoint, "nowhere"))
    with pytest.raises(Unknown, match=r"s3://lake/nowhere is not there"):
        files.fetch(gone, tmp_path / "file")
    with pytest.raises(Unknown, match=r"no Variable 'secret/s3/other'"):
        files.fetch(_handle(_s3(endpoint, "a", "other")), tmp_path / "file")
    with pytest.raises(Unknown, match="it left no 'made'"):
        files.put(tmp_path / "made", gone)


def test_places_may_be_of_the_run() -> None:
    key = Format(("runs/", RunRef(RunField.ID)))
    (document,) = Airflow().compile(_keeps(S3(bucket="lake", key=key))).documents
    whole = "('text', 's3://', 'lake', '/', ('text', 'runs/', ('run', 'id')))"
    assert whole in document.text
    bucket = Format((ParameterRef("lake"),))
    assert ("param", "lake") in store_said(GCS(bucket=bucket, key="/a"), _none())[1][2]


def _none() -> Trees:
    return Trees("", {})


def test_other_stores_are_said_in_words_of_fsspec() -> None:
    key = SecretRef("gcs", "key", optional=True)
    assert store_said(GCS(bucket="b", key="/k", service_account_key=key), _none()) == (
        "store",
        ("text", "gs://", "b", "/", "k"),
        {},
        {"token": ("gcs", "key", True)},
    )
    blob = Azure(container="c", blob="d", endpoint="https://us.blob.core.windows.net/")
    assert store_said(blob, _none())[1:3] == (
        ("text", "abfs://", "c", "/", "d"),
        {"account_name": "us", "account_host": "us.blob.core.windows.net"},
    )


@pytest.mark.parametrize(
    ("workflow", "why"),
    [
        (_reads(S3(key="a")), "'file' names no bucket"),
        (_keeps(GCS(key="a")), "'made' names no bucket"),
        (_reads(S3(bucket="b", key="a", role_arn="arn:x")), "reached by a role"),
        (_keeps(Http(url="https://example.org")), "put to a URL"),
    ],
)
def test_what_cannot_be_reached_is_refused(workflow: Workflow, why: str) -> None:
    with pytest.raises(Unsupported, match=why):
        Airflow().compile(workflow)
