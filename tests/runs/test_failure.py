from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from couler_jupyter.errors import StoreFailed, UnknownName
from couler_jupyter.ir import Phase, RunEvent
from couler_jupyter.runs import RunRecord, RunStore
from tests.runs.conftest import Start

NOBODY = 65534
SOMETHING = [RunEvent(step="a", phase=Phase.RUNNING, time=1.0)]


def make(store: RunStore) -> RunRecord:
    return store.create(workflow="w", engine="local", document="{}")


def one_line(error: pytest.ExceptionInfo[StoreFailed], *parts: str) -> None:
    text = str(error.value)
    assert "\n" not in text
    for part in parts:
        assert part in text, text


def mount(*arguments: str) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can mount a file system")
    done = subprocess.run(
        ["mount", *arguments], check=False, capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"cannot mount a file system here: {done.stderr.strip()}")


def unmount(place: Path) -> None:
    if subprocess.run(["umount", str(place)], check=False).returncode:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
        pytest.fail("something was still open on the file system")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MiB."""
    place = tmp_path / "small"
    place.mkdir()
    mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place))
    yield place
    unmount(place)


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A store with one run, on a file system that cannot be written."""
    place = tmp_path / "fixed"
    place.mkdir()
    mount("-t", "tmpfs", "tmpfs", str(place))
    store = RunStore(place / "home")
    make(store)
    store.close()
    mount("-o", "remount,ro", str(place))
    yield place / "home"
    unmount(place)


def use(root: Path, run_id: str) -> None:
    """Open the store, read all of it and write."""
    with closing(RunStore(root)) as store:
        store.events(run_id)
        store.steps(run_id)
        store.runs()
        store.record(run_id, SOMETHING)


def fill(disk: Path) -> Path:
    """Leave no room at all."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return ballast


def test_a_full_disk_is_said_and_loses_nothing(small_disk: Path) -> None:
    store = RunStore(small_disk / "home")
    run = make(store)
    with store.hold(run.id):
        store.record(run.id, SOMETHING)
        ballast = fill(small_disk)
        many = [
            RunEvent(step=f"s[{n}]", phase=Phase.RUNNING, time=1.0, message="x" * 99)
            for n in range(500)
        ]
        with pytest.raises(StoreFailed) as error:
            store.record(run.id, many)
        one_line(error, "runs.sqlite: the disk is full; make room or set COULER_HOME")
        with pytest.raises(StoreFailed) as error:
            [make(store) for _ in range(100)]
        one_line(error, "the disk is full")
        assert len(store.events(run.id)) == 1
        assert store.phase(run.id) is Phase.PENDING
        kept = len(store.runs(limit=1000))
        assert kept == len(list((store.root / "runs").iterdir()))
        ballast.unlink()
        store.record(run.id, many)
        assert len(store.events(run.id)) == 501
    store.close()


def test_a_disk_that_is_full_at_once(small_disk: Path) -> None:
    fill(small_disk)
    with pytest.raises(StoreFailed) as error:
        RunStore(small_disk / "home")
    one_line(error, "the disk is full")


def test_a_read_only_file_system_can_be_read(read_only: Path) -> None:
    store = RunStore(read_only)
    (run,) = store.runs()
    assert store.get("last").workflow == "w"
    assert not store.held(run.id)
    for write in (
        lambda: make(store),
        lambda: store.record(run.id, SOMETHING),
        lambda: store.command(run.id, "cancel"),
        lambda: store.delete(run.id),
        lambda: store.hold(run.id).__enter__(),
    ):
        with pytest.raises(StoreFailed) as error:
            write()
        one_line(error, str(read_only), "read-only file system", "COULER_HOME")
    store.close()


def test_a_store_that_becomes_writable_is_read_as_it_grows(read_only: Path) -> None:
    store = RunStore(read_only)
    assert len(store.runs()) == 1
    mount("-o", "remount,rw", str(read_only.parent))
    other = RunStore(read_only)
    make(other)
    assert len(store.runs()) == 2
    other.close()
    make(store)
    assert len(store.runs()) == 3
    store.close()


def test_a_store_that_cannot_be_made(read_only: Path) -> None:
    with pytest.raises(StoreFailed) as error:
        RunStore(read_only / "new" / "home")
    one_line(error, str(read_only / "new"), "read-only file system", "COULER_HOME")


def test_a_home_without_permission(public: Path, start: Start) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can become somebody else")
    worker = start("attempt", public / "home", NOBODY)
    told = worker.line()
    assert told.startswith(f"StoreFailed: {public / 'home'} cannot be used (permission")
    assert "set COULER_HOME to another folder" in told


def test_somebody_elses_store_can_be_read_if_they_let_me(
    public: Path, start: Start
) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can become somebody else")
    store = RunStore(public / "home")
    run = make(store)
    store.close()
    for path in (store.root, *store.root.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    worker = start("attempt", store.root, NOBODY)
    assert worker.line() == "1 runs"
    assert "cannot be used (permission denied)" in worker.line()
    assert run.id


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(StoreFailed) as error:
        RunStore(tmp_path / "home")
    one_line(error, "home")
    with pytest.raises(StoreFailed):
        RunStore(tmp_path / "home" / "below")


@pytest.mark.parametrize("what", ["rubbish", "torn", "middle"])
def test_a_damaged_file_is_kept_aside_and_a_new_store_begun(
    root: Path, what: str
) -> None:
    store = RunStore(root)
    run = make(store)
    for n in range(50):
        store.record(run.id, [RunEvent(step=f"{n}" * 50, phase=Phase.RUNNING, time=n)])
    store.close()
    path = root / "runs.sqlite"
    whole = path.read_bytes()
    damaged = {
        "rubbish": b"not a database at all" * 1000,
        "torn": whole[:5000],
        "middle": whole[:8192] + bytes(range(256)) * 16 * 4 + whole[24576:],
    }[what]
    path.write_bytes(damaged)
    with pytest.raises(StoreFailed) as error:
        use(root, run.id)
    (kept,) = root.glob("runs.sqlite.damaged-*[0-9]")
    one_line(error, str(path), f"is kept as {kept}", "the next run begins a new store")
    assert kept.read_bytes() == damaged
    assert store.log_path(run.id, "a", 1).parent.is_dir()
    fresh = RunStore(root)
    assert fresh.runs() == ()
    assert make(fresh).id
    fresh.close()


def test_damage_met_in_use_lets_the_same_store_go_on(
    store: RunStore, run: RunRecord
) -> None:
    store.close()  # its log is written back, so that the file is all there is
    store = RunStore(store.root)
    path = store.root / "runs.sqlite"
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(bytes(path.stat().st_size - 4096))
    with pytest.raises(StoreFailed, match="the damaged file is kept as"):
        store.get(run.id)
    with pytest.raises(StoreFailed, match="is gone"):
        store.get(run.id)
    again = make(store)
    assert [r.id for r in store.runs()] == [again.id]
    store.close()


def test_a_false_alarm_moves_nothing(store: RunStore, run: RunRecord) -> None:
    alarm = sqlite3.DatabaseError("database disk image is malformed")
    alarm.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    with (
        pytest.raises(
            StoreFailed, match="malformed; the file that is there now shows no damage"
        ),
        store._database.reading(),
    ):
        raise alarm
    assert store.get(run.id).id == run.id
    assert not list(store.root.glob("*damaged*"))


def test_an_empty_file_is_an_empty_store(root: Path) -> None:
    root.mkdir()
    (root / "runs.sqlite").touch()
    store = RunStore(root)
    assert make(store).id
    store.close()


def test_a_newer_schema_is_left_alone(store: RunStore, run: RunRecord) -> None:
    path = store.root / "runs.sqlite"
    store.close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(StoreFailed) as error:
        RunStore(store.root)
    one_line(error, str(path), "newer version (schema 99", "update couler-jupyter")
    assert path.read_bytes() == before


def test_another_programs_database_is_left_alone(root: Path) -> None:
    root.mkdir()
    with closing(sqlite3.connect(root / "runs.sqlite")) as raw:
        raw.execute("CREATE TABLE runs (mine)")
    with pytest.raises(StoreFailed, match="is a database of another program"):
        RunStore(root)


def test_a_store_deleted_in_use_is_missed(store: RunStore, run: RunRecord) -> None:
    store.changed()
    shutil.rmtree(store.root)
    for use in (
        lambda: store.record(run.id, SOMETHING),
        store.runs,
        store.changed,
    ):
        with pytest.raises(StoreFailed) as error:
            use()
        one_line(error, str(store.root / "runs.sqlite"), "is gone: it was deleted")
    assert not store.root.exists()


def test_a_new_run_makes_a_deleted_store_anew(store: RunStore, run: RunRecord) -> None:
    shutil.rmtree(store.root)
    again = make(store)
    assert [r.id for r in store.runs()] == [again.id]
    assert store.folder(again.id).is_dir()
    with pytest.raises(UnknownName):
        store.record(run.id, SOMETHING)


def test_a_store_replaced_in_use_is_the_one_used(
    store: RunStore, run: RunRecord
) -> None:
    store.runs()
    shutil.rmtree(store.root)
    other = RunStore(store.root)
    theirs = make(other)
    log = (store.root / "runs.sqlite-wal").stat().st_ino
    assert [r.id for r in store.runs()] == [theirs.id]
    assert (store.root / "runs.sqlite-wal").stat().st_ino == log
    store.record(theirs.id, SOMETHING)
    assert list(other.steps(theirs.id)) == ["a"]
    other.close()


def test_a_connection_lent_before_a_replacement_is_not_used_again(
    store: RunStore, run: RunRecord
) -> None:
    with store._database.reading() as lent:
        assert lent.execute("SELECT count(*) FROM runs").fetchone() == (1,)
        shutil.rmtree(store.root)
        other = RunStore(store.root)
        theirs = make(other)
        other.close()
        store.changed()
    assert [r.id for r in store.runs()] == [theirs.id]


def test_a_text_that_sqlite_cannot_keep(
    store: RunStore, run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store._database.reading() as connection:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1000)
    with pytest.raises(StoreFailed, match="a text is too big to be kept"):
        store.record(run.id, SOMETHING, outputs={"a": "x" * 2000})
    assert store.events(run.id) == ()
