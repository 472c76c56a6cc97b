"""What is damaged, forbidden, full, gone or newer: a clear outcome, nothing wrong served."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.errors import StoreFailed
from couler_jupyter.store import Corrupt, Missing, Object, Store, object_of
from couler_jupyter.store.places import MARK, Folder, path_of
from tests.store.conftest import MIB, Opening


def path_in(store: Store, made: Object) -> Path:
    assert isinstance(store.place, Folder)
    return store.place.path / path_of(made.digest)


def put(store: Store, data: bytes) -> Object:
    made = store.put(data)
    assert made is not None
    return made


def _change(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(b"y" * 100)


def _cut(path: Path) -> None:
    path.chmod(0o644)
    os.truncate(path, 50)


def _grow(path: Path) -> None:
    path.chmod(0o644)
    with path.open("ab") as file:
        file.write(b"x")


def _link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("damage", [_change, _cut, _grow, _link, _pipe, Path.unlink])
def test_what_was_changed_by_hand_is_dropped_and_never_served(
    folder_store: Opening, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    store = folder_store()
    made = put(store, b"x" * 100)
    damage(path_in(store, made))
    with pytest.raises((Corrupt, Missing)):
        store.fetch(made, tmp_path / "target")
    assert not (tmp_path / "target").exists()
    assert store.sizes() == {}
    assert store.used == 0
    assert put(store, b"x" * 100) == made
    assert store.read(made) == b"x" * 100
    store.sweep()
    assert store.read(made) == b"x" * 100


@pytest.mark.parametrize("damage", [_cut, _grow, _link, _pipe, Path.unlink])
def test_a_sweep_finds_what_is_not_there_as_it_was_kept(
    folder_store: Opening, damage: Callable[[Path], None]
) -> None:
    store = folder_store()
    made, sound = put(store, b"x" * 100), put(store, b"sound")
    damage(path_in(store, made))
    store.sweep()
    assert store.sizes() == {sound.digest: 5}


def test_damage_in_a_packed_folder_is_damage_not_a_broken_archive(
    folder_store: Opening, tmp_path: Path
) -> None:
    store = folder_store()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/file").write_text("text")
    made = store.put(tmp_path / "folder")
    assert made is not None
    path = path_in(store, made)
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[0:600] = os.urandom(600)
    path.write_bytes(data)
    with pytest.raises(Corrupt):
        store.fetch(made, tmp_path / "target", folder=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "store"]


def test_bytes_that_are_no_folder_are_refused_but_kept(
    folder_store: Opening, tmp_path: Path
) -> None:
    store = folder_store()
    made = put(store, b"no archive" * 100)
    with pytest.raises(StoreFailed, match="cannot be unpacked"):
        store.fetch(made, tmp_path / "target", folder=True)
    assert store.holds((made,))
    assert not (tmp_path / "target").exists()


def test_a_sweep_removes_what_nobody_knows_and_touches_nothing_else(
    folder_store: Opening,
) -> None:
    store = folder_store()
    assert isinstance(store.place, Folder)
    made, folder = put(store, b"kept"), store.place.path
    orphan, part = folder / path_of("a" * 64), folder / "parts" / ("b" * 32)
    others = [folder / "notes", folder / "parts/notes", folder / "objects/notes"]
    others += [orphan.with_name("notes"), folder / "objects/ab/cd"]
    for path in (orphan, part, *others):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"12345")
    assert store.sweep() == 5
    assert (orphan.exists(), part.exists()) == (False, False)
    assert all(path.exists() for path in others)
    assert store.read(made) == b"kept"


def test_a_store_that_is_gone_is_not_an_empty_one(folder_store: Opening) -> None:
    store = folder_store()
    made = put(store, b"x")
    assert isinstance(store.place, Folder)
    shutil.rmtree(store.place.path)
    for use in (
        lambda: store.read(made),
        lambda: store.put(b"y"),
        store.sweep,
        lambda: store.drop([made.digest]),
        lambda: store.results.recall("a"),
    ):
        with pytest.raises(StoreFailed, match="gone"):
            use()
    assert not store.place.path.exists()


def test_a_place_that_is_gone_is_not_counted_as_lost(tmp_path: Path) -> None:
    index = f"sqlite:///{tmp_path}/index.sqlite"
    store = Store.open(tmp_path / "store", index=index)
    made = put(store, b"x")
    (tmp_path / "store").rename(tmp_path / "away")
    with pytest.raises(StoreFailed, match="the store is gone"):
        store.read(made)
    (tmp_path / "store").mkdir()  # as where nothing is mounted
    with pytest.raises(StoreFailed, match="deleted, replaced or unmounted"):
        store.sweep()
    with pytest.raises(StoreFailed, match="deleted, replaced or unmounted"):
        Store.open(tmp_path / "store", index=index)
    with pytest.raises(StoreFailed):
        store.put(b"y")
    shutil.rmtree(tmp_path / "store")
    (tmp_path / "away").rename(tmp_path / "store")
    assert store.read(made) == b"x"
    assert put(store, b"y").size == 1
    store.close()


def test_two_indexes_do_not_share_a_place(tmp_path: Path) -> None:
    first = Store.open(tmp_path / "store")
    made = put(first, b"x")
    other = f"sqlite:///{tmp_path}/other.sqlite"
    with pytest.raises(StoreFailed, match="is the store of another index"):
        Store.open(tmp_path / "store", index=other)
    assert first.read(made) == b"x"
    first.close()


def test_a_new_index_begins_with_an_empty_place(tmp_path: Path) -> None:
    first = Store.open(tmp_path / "store")
    put(first, b"x")
    first.close()
    for name in ("index.sqlite", MARK):
        (tmp_path / "store" / name).unlink()
    again = Store.open(tmp_path / "store")
    assert list(again.place.objects()) == []
    again.close()


def test_an_index_of_a_newer_version_is_left_alone(folder_store: Opening) -> None:
    store = folder_store()
    made = put(store, b"x")
    _say_version(store, "2")
    with pytest.raises(
        StoreFailed, match=r"newer version \(schema 2, this one knows 1"
    ):
        folder_store()
    # who had it open before may read, but writes no more
    assert store.read(made) == b"x"
    with pytest.raises(StoreFailed, match="newer version"):
        store.put(b"y")
    assert [one.digest for one in store.place.objects()] == [made.digest]


def _say_version(store: Store, version: str) -> None:
    from sqlalchemy import update

    about = store._database.tables.about
    with store._database.writing() as connection:
        change = update(about).where(about.c.name == "version")
        connection.execute(change.values(value=version))


def test_an_index_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "index.sqlite").write_text("no database" * 1000)
    with pytest.raises(StoreFailed, match="file is not a database"):
        Store.open(tmp_path)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite://", "cannot be shared"),
        ("nonsense", "Could not parse"),
        ("mysql://host/name", "sqlite and postgresql are"),
        ("postgresql+psycopg://u:secret@/x?host=/nowhere", r"u:\*\*\*@"),
    ],
)
def test_an_index_that_cannot_be_used_is_told(
    tmp_path: Path, url: str, says: str
) -> None:
    with pytest.raises(StoreFailed, match=says) as told:
        Store.open(tmp_path, index=url)
    assert "secret" not in str(told.value)


def test_the_server_of_the_index_may_end_all_sessions(
    postgres_url: str, tmp_path: Path
) -> None:
    store = Store.open(tmp_path, index=postgres_url)
    made = put(store, b"x")
    mine = store._database.presence.mine()
    with store._database.reading() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    assert put(store, b"y").size == 1
    assert store._database.presence.mine() != mine
    assert store.read(made) == b"x"
    store.close()


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
        _require_credentials(after=4)
        with pytest.raises(StoreFailed, match=r"s3://bucket/store: .*Access Key"):
            store.put(big)
        assert store.used > big.stat().st_size  # what may lie there is counted
    finally:
        _require_credentials(after=float("inf"))
    assert store.sweep() == 0
    assert store.used == made.size
    assert list(store.place.torn()) == []
    assert store.read(made) == b"before"
    assert store.put(big) == object_of(big)
    store.close()


def _require_credentials(*, after: float) -> None:
    """Have the server, which runs in this process, know no credentials any more."""
    from moto import settings
    from moto.core.authorization import ActionAuthenticatorMixin

    settings.INITIAL_NO_AUTH_ACTION_COUNT = after
    ActionAuthenticatorMixin.request_count = 0


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
