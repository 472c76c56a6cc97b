"""Folders as streams: whatever is in them comes back, and nothing leads out of them."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.errors import StoreFailed
from couler_jupyter.store import object_of
from couler_jupyter.store.packing import Packing
from couler_jupyter.store.source import copied
from couler_jupyter.store.unpacking import unpack

_NAMES = st.binary(min_size=1, max_size=120).filter(
    lambda name: not set(name) & {0, 0x2F} and name not in {b".", b".."}
)


def tar_of(*entries: tarfile.TarInfo | tuple[str, bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for entry in entries:
            if isinstance(entry, tarfile.TarInfo):
                tar.addfile(entry)
            else:
                info = tarfile.TarInfo(entry[0])
                info.size = len(entry[1])
                tar.addfile(info, io.BytesIO(entry[1]))
    out.seek(0)
    return out


def entry(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def again(folder: Path, target: Path) -> None:
    out = io.BytesIO()
    copied(Packing.of(folder), out)
    out.seek(0)
    unpack(out, target)


def test_files_folders_links_and_what_can_be_run_come_back(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "empty").mkdir(parents=True)
    (source / "sub").mkdir()
    (source / "sub/run").write_text("#!/bin/sh")
    (source / "sub/run").chmod(0o700)
    (source / "sub/up").symlink_to("../sub")
    (source / "sub/dangling").symlink_to("absent")
    (source / ("long" * 60)).write_bytes(b"x" * 513)
    again(source, tmp_path / "target")
    assert object_of(tmp_path / "target") == object_of(source)
    assert os.access(tmp_path / "target/sub/run", os.X_OK)
    assert (tmp_path / "target/sub/up").readlink() == Path("../sub")


def test_times_owners_and_order_do_not_count(tmp_path: Path) -> None:
    for name, files in (("one", "abc"), ("other", "cba")):
        (tmp_path / name).mkdir()
        for file in files:
            (tmp_path / name / file).write_text(file)
            os.utime(tmp_path / name / file, (len(name), len(name)))
    assert object_of(tmp_path / "one") == object_of(tmp_path / "other")


@given(names=st.lists(_NAMES, unique=True, max_size=6), data=st.binary(max_size=2000))
def test_names_in_any_bytes_come_back(
    tmp_path_factory: pytest.TempPathFactory, names: list[bytes], data: bytes
) -> None:
    base = tmp_path_factory.mktemp("odd")
    (base / "source").mkdir()
    for name in names:
        (base / "source" / os.fsdecode(name)).write_bytes(data + name)
    again(base / "source", base / "target")
    assert object_of(base / "target") == object_of(base / "source")
    assert sorted(
        os.fsencode(path.name) for path in (base / "target").iterdir()
    ) == sorted(names)


def test_thousands_of_small_files_come_back(tmp_path: Path) -> None:
    for number in range(2000):
        path = tmp_path / "source" / f"{number % 50}" / f"{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{number}")
    packing = Packing.of(tmp_path / "source")
    assert copied(packing).size == packing.size
    again(tmp_path / "source", tmp_path / "target")
    assert object_of(tmp_path / "target") == object_of(tmp_path / "source")


@pytest.mark.parametrize(
    "target", ["/etc/passwd", "../outside", "sub/../../outside", "loop/../x"]
)
def test_links_that_lead_out_are_refused(tmp_path: Path, target: str) -> None:
    (tmp_path / "source/sub").mkdir(parents=True)
    (tmp_path / "source/loop").symlink_to("..") if target.startswith("loop") else None
    (tmp_path / "source/link").symlink_to(target)
    with pytest.raises(StoreFailed, match="leads out of the artifact"):
        object_of(tmp_path / "source")


def test_pipes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    os.mkfifo(tmp_path / "source/pipe")
    for path in (tmp_path / "source", tmp_path / "source/pipe"):
        with pytest.raises(StoreFailed, match="pipe is neither a file nor a folder"):
            object_of(path)


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match="absent cannot be kept: No such file"):
        object_of(tmp_path / "absent")


@pytest.mark.parametrize("size", [0, 9, 11, 3000])
@pytest.mark.parametrize("folder", [False, True])
def test_what_changes_while_it_is_kept_is_not_kept(
    tmp_path: Path, size: int, folder: bool
) -> None:
    from couler_jupyter.store.source import source_of

    (tmp_path / "source").mkdir()
    file = tmp_path / "source/file"
    file.write_bytes(b"x" * 10)
    source = source_of(file.parent if folder else file)
    file.write_bytes(b"x" * size)
    out = io.BytesIO()
    with pytest.raises(StoreFailed, match="file changed while it was being kept"):
        copied(source, out)
    assert len(out.getvalue()) <= source.size


@pytest.mark.parametrize(
    "stream",
    [
        tar_of(("../outside", b"x")),
        tar_of(("/tmp/couler-outside", b"x")),
        tar_of(("absent/file", b"x")),
        tar_of(entry("a", tarfile.DIRTYPE), ("a/../../outside", b"x")),
        tar_of(entry("link", tarfile.SYMTYPE, ".."), ("link/outside", b"x")),
        tar_of(entry("link", tarfile.SYMTYPE, "../outside")),
        tar_of(entry("link", tarfile.SYMTYPE, "/etc/passwd")),
        tar_of(entry("d", tarfile.DIRTYPE), entry("d/up", tarfile.SYMTYPE, ".."),
               entry("link", tarfile.SYMTYPE, "d/up/../outside")),
        tar_of(entry("hard", tarfile.LNKTYPE, "/etc/passwd")),
        tar_of(entry("device", tarfile.CHRTYPE)),
    ],
)  # fmt: skip
def test_streams_that_lead_elsewhere_are_refused(
    tmp_path: Path, stream: io.BytesIO
) -> None:
    stream.seek(0)
    (tmp_path / "base").mkdir()
    with pytest.raises(StoreFailed, match=r"leads elsewhere|link elsewhere|neither"):
        unpack(stream, tmp_path / "base/target")
    assert [path.name for path in tmp_path.iterdir()] == ["base"]
    assert [path.name for path in (tmp_path / "base").iterdir()] == ["target"]
    assert not Path("/tmp/couler-outside").exists()
