"""Datasets in object stores: versions, folders, names that lead elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.engines.local.secrets import Secrets
from couler_jupyter.engines.local.storing import remote
from couler_jupyter.engines.local.storing.listing import listed
from couler_jupyter.engines.local.storing.trouble import StorageTrouble
from couler_jupyter.ir import S3, Dataset, SecretRef
from tests.datasets.flows import reads
from tests.engines.local.runs.bench import Bench


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The address of a server that speaks S3."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Its client, with one bucket, in which old versions stay."""
    import boto3
    from s3fs import S3FileSystem

    S3FileSystem.clear_instance_cache()

    monkeypatch.setenv("COULER_SECRET_S3_ID", "testing")
    monkeypatch.setenv("COULER_SECRET_S3_WORD", "testing")
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    client.create_bucket(Bucket="lake")
    client.put_bucket_versioning(
        Bucket="lake", VersioningConfiguration={"Status": "Enabled"}
    )
    yield client
    found = client.list_object_versions(Bucket="lake")
    for one in (*found.get("Versions", ()), *found.get("DeleteMarkers", ())):
        client.delete_object(Bucket="lake", Key=one["Key"], VersionId=one["VersionId"])
    client.close()


def at(endpoint: str, key: str) -> S3:
    return S3(
        bucket="lake",
        key=key,
        endpoint=endpoint.removeprefix("http://"),
        insecure=True,
        access_key=SecretRef("s3", "id"),
        secret_key=SecretRef("s3", "word"),
    )


def test_an_object(bench: Bench, s3: Any, endpoint: str) -> None:
    first = s3.put_object(Bucket="lake", Key="t.csv", Body=b"one")["VersionId"]
    source = at(endpoint, "t.csv")
    flow_ = reads(Dataset(source=source), cache=None)
    assert bench.run(flow_)["read"] == "one"
    assert bench.run(flow_).phases == {"read": "cached"}
    s3.put_object(Bucket="lake", Key="t.csv", Body=b"two")
    assert bench.run(flow_)["read"] == "two"
    old = reads(Dataset(source=source, version=first))
    assert [bench.run(old)["read"] for _ in range(2)] == ["one", "one"]
    none = bench.run(reads(Dataset(source=source, version="none")))
    assert none.phases == {"read": "errored"}


def test_all_below_a_prefix(bench: Bench, s3: Any, endpoint: str) -> None:
    for name in ("a.csv", "sub/b.csv"):
        s3.put_object(Bucket="lake", Key=f"days/{name}", Body=name.encode())
    look = (
        "found = sorted(table.rglob('*.csv')); "
        "return {p.relative_to(table).as_posix(): p.read_text() for p in found}"
    )
    flow_ = reads(Dataset(source=at(endpoint, "days/")), look, cache=None)
    both = {"a.csv": "a.csv", "sub/b.csv": "sub/b.csv"}
    assert bench.run(flow_)["read"] == both
    assert bench.run(flow_).phases == {"read": "cached"}
    s3.put_object(Bucket="lake", Key="days/sub/b.csv", Body=b"new")
    assert bench.run(flow_)["read"] == {**both, "sub/b.csv": "new"}


def test_nothing_is_there(s3: Any, endpoint: str, tmp_path: Path) -> None:
    with pytest.raises(StorageTrouble, match="there is no s3://lake/none"):
        remote.version(at(endpoint, "none"), Secrets(tmp_path))


class Names:
    """A file system that has these names, and keeps nothing."""

    def __init__(self, *names: str, **about: object) -> None:
        self.names = names
        self.about = about

    def invalidate_cache(self) -> None:
        pass

    def info(self, path: str) -> Mapping[str, object]:
        return {"type": "directory"}

    def _strip_protocol(self, path: str) -> str:
        return path

    def find(self, path: str, detail: bool) -> Mapping[str, Mapping[str, object]]:
        return {
            name: {"type": "file", "ETag": "x", **self.about} for name in self.names
        }


@pytest.mark.parametrize(
    "name", ["b/d/../../x", "b/d/..", "b/d//x", "b/d/./x", "b/d/x\0y", "elsewhere"]
)
def test_names_that_lead_out(name: str) -> None:
    with pytest.raises(StorageTrouble, match="no name for a file in a folder"):
        listed(Names("b/d/good", name), "b/d/")


def test_what_marks_a_folder_is_no_file() -> None:
    found = listed(Names("b/d/", "b/d/x", "b/d/sub/"), "b/d")
    assert found.names == ("x",)
    assert found.version.startswith("listing:")


def test_a_folder_of_which_nothing_tells_the_version() -> None:
    assert listed(Names("b/d/x", ETag=None), "b/d").version == ""


def test_what_changes_while_it_is_read(
    s3: Any, endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from s3fs import S3FileSystem

    s3.put_object(Bucket="lake", Key="t", Body=b"one")
    get_file = S3FileSystem._get_file

    async def meanwhile(*args: Any, **more: Any) -> None:
        await get_file(*args, **more)
        s3.put_object(Bucket="lake", Key="t", Body=b"two")

    monkeypatch.setattr(S3FileSystem, "_get_file", meanwhile)
    with pytest.raises(StorageTrouble, match="changed while it was read"):
        remote.read(at(endpoint, "t"), tmp_path / "t", Secrets(tmp_path))
