from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.runs import read_log, tail


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "a.1.log"


def test_a_growing_log_is_read_piece_by_piece(log: Path) -> None:
    assert read_log(log) == (b"", 0)
    with log.open("ab", buffering=0) as file:
        file.write(b"one\ntwo")
        assert read_log(log, 0, 5) == (b"one\nt", 5)
        assert read_log(log, 5) == (b"wo", 7)
        assert read_log(log, 7) == (b"", 7)
        file.write(b"\n\xff\x00")
        assert read_log(log, 7) == (b"\n\xff\x00", 10)


def test_a_log_begun_anew_is_read_from_its_start(log: Path) -> None:
    log.write_bytes(b"0123456789")
    _, offset = read_log(log)
    log.write_bytes(b"new")
    assert read_log(log, offset) == (b"new", 3)
    assert read_log(log, -5) == (b"new", 3)


def test_the_end_of_a_log(log: Path) -> None:
    assert tail(log) == b""
    log.write_bytes(b"1\n2\n3\r4\n5")
    assert tail(log) == b"1\n2\n3\r4\n5"
    assert tail(log, 2) == b"3\r4\n5"
    assert tail(log, 0) == b""
    assert tail(log, 100, limit=3) == b"4\n5"


def test_the_end_of_a_huge_log_is_cheap(log: Path) -> None:
    with log.open("wb") as file:
        file.truncate(10**10)
        file.seek(0, 2)
        file.write(b"\nlast\n")
    assert tail(log, 1) == b"last\n"
