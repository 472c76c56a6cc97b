from __future__ import annotations

import resource
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from couler_jupyter.engines.local.log_file import LogFile, read_log


def test_everything_is_there_at_once(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "log")
    log.write(b"one\n")
    assert read_log(tmp_path / "log") == b"one\n"
    log.write(b"two\n")
    assert log.close() == ""
    assert read_log(tmp_path / "log") == b"one\ntwo\n"


def test_silence_makes_no_file(tmp_path: Path) -> None:
    assert LogFile(tmp_path / "log").close() == ""
    assert not (tmp_path / "log").exists()


def test_log_is_for_its_owner_only(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "log")
    log.write(b"x")
    log.close()
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o600


def test_beginning_and_end_are_kept(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "log", cap=10, tail=6)
    for piece in (b"0123456", b"789abc", b"def", b"ghi", b"jklmnopqrstuvwxyz"):
        log.write(piece)
    assert read_log(tmp_path / "log") == b"0123456789"
    note = log.close()
    assert note == (
        "20 bytes of output are not in the log: only the first 10 bytes and the end "
        "are kept"
    )
    text = read_log(tmp_path / "log")
    assert text == b"0123456789\n[couler: 20 bytes left out]\nuvwxyz"


def test_a_little_over_the_bound_nothing_is_left_out(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "log", cap=4, tail=8)
    log.write(b"0123456")
    log.write(b"789")
    assert log.close() == ""
    assert read_log(tmp_path / "log") == b"0123456789"


def test_memory_is_bounded_whatever_comes(tmp_path: Path) -> None:
    import tracemalloc

    log = LogFile(tmp_path / "log", cap=1000, tail=10_000)
    tracemalloc.start()
    for _ in range(1000):
        log.write(b"x" * 5000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    log.close()
    assert peak < 100_000
    assert (tmp_path / "log").stat().st_size < 12_000


def test_secret_at_the_bound_stays_hidden(tmp_path: Path) -> None:
    for cap in range(12):
        path = tmp_path / f"log{cap}"
        log = LogFile(path, secrets=["hunter2"], cap=cap, tail=3)
        for byte in b"ab hunter2 cd hunter2":
            log.write(bytes([byte]))
        log.close()
        shown = read_log(path)
        assert b"unter" not in shown
        assert shown.endswith(b"***")


@contextmanager
def no_room() -> Generator[None]:
    """Refuse to let files grow past 100 bytes, as a full disk does.

    Only while the block runs: what the tests themselves print may go to a file.
    """
    import signal

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_full_disk_is_a_note(tmp_path: Path) -> None:
    with no_room():
        log = LogFile(tmp_path / "log")
        log.write(b"x" * 250)
        log.write(b"y" * 50)
        said = log.close()
    assert said == "200 bytes of output are not in the log: File too large"
    assert read_log(tmp_path / "log") == b"x" * 100


def test_disk_that_was_full_for_a_while_still_gets_the_end(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    log = LogFile(folder / "log")
    log.write(b"early\n")
    folder.mkdir()
    log.write(b"late\n")
    assert log.close() == ""
    assert read_log(folder / "log") == b"early\nlate\n"


def test_ranges(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"0123456789")
    assert read_log(path, 4) == b"456789"
    assert read_log(path, 4, 6) == b"45"
    assert read_log(path, -3) == b"789"
    assert read_log(path, -30) == b"0123456789"
    assert read_log(path, 10) == b""
    assert read_log(path, 99) == b""
    assert read_log(tmp_path / "none") == b""
