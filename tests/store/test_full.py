"""Places that are full, read-only or far, and files that are large; clocks that jump."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.errors import StoreFailed
from couler_jupyter.store import Store, object_of
from couler_jupyter.store.places import path_of
from tests.store.conftest import MIB, Opening
from tests.store.trouble import put, require_credentials

LIMITED = """
import resource, signal, sys
from couler_jupyter.errors import StoreFailed
from couler_jupyter.store import Store
store = Store.open(sys.argv[1], budget=1 << 30)
assert store.put(b"before") is not None
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    store.put(bytes(4 << 20))
except StoreFailed as error:
    print(error)
assert store.used == 6, store.used
assert list(store.place.staged()) == []
assert store.put(b"after!") is not None
"""


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path / "store")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    assert "it is full; make room there" in done.stdout


READ_ONLY = """
import os, sys, tempfile
from couler_jupyter.errors import StoreFailed
from couler_jupyter.store import Object, Store
with tempfile.TemporaryDirectory() as folder:
    store = Store.open(folder)  # imports what root alone may read
    store.read(store.put(b"x"))
    store.sweep()
    store.close()
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
store = Store.open(sys.argv[1])
made = Object(sys.argv[2], 5)
assert store.read(made) == b"hello"
for use in (lambda: store.put(b"x"), lambda: store.drop([made.digest])):
    try:
        use()
    except StoreFailed as error:
        print(error)
assert store.holds([made])
"""


@pytest.mark.parametrize("pending", [False, True])
def test_a_store_that_is_read_only_can_be_read(tmp_path: Path, pending: bool) -> None:
    base = Path(_open_to_all(tmp_path))
    store = Store.open(base / "store")
    made = put(store, b"hello")
    if not pending:
        store.close()
    folders = [base / "store", *(base / "store").rglob("*")]
    for path in folders:
        path.chmod(path.stat().st_mode & ~0o222 | 0o444)
    try:
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, str(base / "store"), made.digest],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        for path in folders:
            path.chmod(path.stat().st_mode | 0o200)
        store.close()
        shutil.rmtree(base)
    assert done.stderr == ""
    assert done.stdout.count("cannot be written") == 2


def _open_to_all(tmp_path: Path) -> str:
    import tempfile

    base = tempfile.mkdtemp(prefix="couler-store-", dir="/tmp")
    Path(base).chmod(0o755)
    return base


def test_clocks_may_jump(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    store = opening(budget=1000)
    numbers = []
    for now in (2e9, 1.0, 5e9, 0.0):
        monkeypatch.setattr(time, "time", lambda now=now: now)
        numbers.append(put(store, b"%f" % now).digest)
        store.sweep()
    assert [one.digest for one in store.kept()] == numbers
    assert [one.used for one in store.kept()] == [1, 2, 3, 4]


def test_memory_does_not_grow_with_the_size_of_a_file(tmp_path: Path) -> None:
    size = 500 * MIB
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(size)
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from couler_jupyter.store import Store\n"
        "store = Store.open(sys.argv[1], budget=2 << 30); store.put(b'')\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "made = store.put(Path(sys.argv[2])); assert made is not None\n"
        "assert made.size == store.used\n"
        "store.fetch(made, Path(sys.argv[2] + '.back'))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            program,
            str(tmp_path / "store"),
            str(tmp_path / "sparse"),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )
    assert done.stderr == ""
    assert int(done.stdout) < 64 << 10  # KiB
    assert (tmp_path / "sparse.back").stat().st_size == size
    for name in ("sparse", "sparse.back"):
        (tmp_path / name).unlink()
    shutil.rmtree(tmp_path / "store")


def test_credentials_that_expire_during_a_write_leave_nothing(
    s3: dict[str, Any], tmp_path: Path
) -> None:
    index = f"sqlite:///{tmp_path}/index.sqlite"
    store = Store.open("s3://bucket/store", index=index, options=s3)
    made = put(store, b"before")
    big = tmp_path / "big"
    big.write_bytes(os.urandom(120 * MIB))
    try:
        require_credentials(after=4)
        with pytest.raises(StoreFailed, match=r"s3://bucket/store: .*Access Key"):
            store.put(big)
        assert store.used > big.stat().st_size  # what may lie there is counted
    finally:
        require_credentials(after=float("inf"))
    assert store.sweep() == 0
    assert store.used == made.size
    assert list(store.place.torn()) == []
    assert store.read(made) == b"before"
    assert store.put(big) == object_of(big)
    store.close()


def test_an_upload_that_was_broken_off_is_swept(
    s3: dict[str, Any], tmp_path: Path
) -> None:
    import s3fs

    index = f"sqlite:///{tmp_path}/index.sqlite"
    store = Store.open("s3://bucket/store", index=index, options=s3)
    system = s3fs.S3FileSystem(**s3)
    for key in (f"store/{path_of('a' * 64)}", "store/notes", "other/notes"):
        system.call_s3("create_multipart_upload", Bucket="bucket", Key=key)
    assert list(store.place.torn()) == ["a" * 64]
    store.sweep()
    left: Any = system.call_s3("list_multipart_uploads", Bucket="bucket")
    assert sorted(upload["Key"] for upload in left["Uploads"]) == [
        "other/notes",
        "store/notes",
    ]
    store.close()
