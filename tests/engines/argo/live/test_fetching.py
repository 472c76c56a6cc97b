"""Artifacts of a cluster, here as the steps left them."""

from __future__ import annotations

import io
import tarfile
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import fsspec
import pytest

from couler_jupyter.engines.argo.live.fetching import (
    Fetching,
    NotFetched,
    located,
    unpacked,
)

MOST = 1 << 20


def tgz(**files: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name.replace("__", "/"))
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def left(folder: Path, data: bytes, **artifact: Any) -> Path:
    (folder / "packed").write_bytes(data)
    found = {"name": "model", "path": "/couler/out/model.bin", **artifact}
    return unpacked(folder / "packed", folder, found, MOST)


def test_a_file_is_what_is_in_the_tar(tmp_path: Path) -> None:
    found = left(tmp_path, tgz(**{"model.bin": b"1"}))
    assert (found.name, found.read_bytes()) == ("model.bin", b"1")


def test_a_folder_keeps_what_is_in_it(tmp_path: Path) -> None:
    found = left(tmp_path, tgz(out__a=b"1", out__b=b"2"), path="/couler/out")
    assert sorted(one.name for one in found.iterdir()) == ["a", "b"]


def test_several_things_are_a_folder(tmp_path: Path) -> None:
    found = left(tmp_path, tgz(a=b"1", b=b"2"))
    assert sorted(one.name for one in found.iterdir()) == ["a", "b"]


def test_what_was_not_packed_is_not_unpacked(tmp_path: Path) -> None:
    data = tgz(a=b"1")
    assert left(tmp_path, data, archive={"none": {}}).read_bytes() == data


def test_other_bytes_stay_what_they_are(tmp_path: Path) -> None:
    assert left(tmp_path, b"plain").read_bytes() == b"plain"


def test_a_zip_is_unpacked_where_it_was_packed(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        parts.writestr("model.bin", "1")
    data = out.getvalue()
    assert left(tmp_path, data).read_bytes() == data
    (tmp_path / "again").mkdir()
    zipped = left(tmp_path / "again", data, archive={"zip": {}})
    assert zipped.read_text() == "1"


@pytest.mark.parametrize("name", ["../outside", "/outside"])
def test_nothing_is_written_outside(tmp_path: Path, name: str) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    with suppress(tarfile.FilterError):
        left(inner, tgz(**{name: b"1", "x": b"2"}))
    assert [one.name for one in tmp_path.iterdir()] == ["inner"]
    assert not Path("/outside").exists()


def test_what_is_too_large_is_not_unpacked(tmp_path: Path) -> None:
    with pytest.raises(NotFetched, match="more than 1,048,576 bytes"):
        left(tmp_path, tgz(a=bytes(MOST + 1)))


def test_a_key_alone_is_looked_for_in_the_repository() -> None:
    usual = {"s3": {"bucket": "b", "endpoint": "e", "keyFormat": "x"}}
    found = located({"name": "m", "s3": {"key": "k"}}, usual)
    assert found["s3"] == {"bucket": "b", "endpoint": "e", "key": "k"}


def test_what_nothing_reads_is_told(tmp_path: Path) -> None:
    fetch = Fetching(artifact={"name": "m"}, repository={}, most_bytes=MOST)
    with pytest.raises(NotFetched, match="nothing here reads that"):
        fetch(tmp_path)


def test_it_is_brought_from_the_web(tmp_path: Path, monkeypatch: Any) -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe_file("/x/model.bin", b"123")
    artifact = {"name": "m", "http": {"url": "memory://x/model.bin"}}
    fetch = Fetching(artifact=artifact, repository={}, most_bytes=MOST)
    assert fetch(tmp_path).read_bytes() == b"123"
    small = Fetching(artifact=artifact, repository={}, most_bytes=2)
    (tmp_path / "other").mkdir()
    with pytest.raises(NotFetched, match="copy_limit"):
        small(tmp_path / "other")
