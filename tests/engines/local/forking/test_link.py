from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from couler_jupyter.engines.local.forking.link import Link

Ends = tuple[Link, Link]


@pytest.fixture
def ends() -> Iterator[Ends]:
    pair = tuple(map(Link, socket.socketpair()))
    yield (pair[0], pair[1])
    for end in pair:
        end.close()


def test_frames_come_whole_and_in_order(ends: Ends) -> None:
    here, there = ends
    here.send(1, 7, b"one")
    here.send(2, 8, b"")
    assert there.receive() == [(1, 7, 0, b"one"), (2, 8, 0, b"")]


def test_long_frame_comes_in_pieces(ends: Ends) -> None:
    here, there = ends
    here.post(1, 7, b"x" * 3_000_000)
    behind = here.flush()
    assert behind
    frames: list[object] = []
    while not frames:
        frames = list(there.receive() or ())
        behind = here.flush()
    assert frames == [(1, 7, 0, b"x" * 3_000_000)]
    assert not behind


def test_posted_frames_go_together(ends: Ends) -> None:
    here, there = ends
    here.post(1, 7, b"one")
    here.post(2, 8, b"two")
    assert not here.flush()
    assert there.receive() == [(1, 7, 0, b"one"), (2, 8, 0, b"two")]


def test_descriptors_go_along_in_order(ends: Ends) -> None:
    here, there = ends
    pipes = [os.pipe() for _ in range(3)]
    here.send(1, 1, b"", [write for _, write in pipes[:2]])
    here.send(1, 2, b"", [pipes[2][1]])
    frames: list[tuple[int, int, int, bytes]] = []
    while len(frames) < 2:
        frames += there.receive() or ()
    assert [frame[2] for frame in frames] == [2, 1]
    for number, (read, write) in enumerate(pipes):
        fd = there.take_fd()
        os.write(fd, b"%d" % number)
        assert os.read(read, 10) == b"%d" % number
        for one in (fd, read, write):
            os.close(one)


def test_closed_other_end_is_told(ends: Ends) -> None:
    here, there = ends
    here.close()
    assert there.receive() is None
    with pytest.raises(BrokenPipeError):
        there.send(1, 1, b"x")
