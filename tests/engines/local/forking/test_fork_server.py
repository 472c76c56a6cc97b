from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from couler_jupyter.engines.local.attempt import ProcessCall
from couler_jupyter.engines.local.forking.messages import Ended, Started, pack_order
from couler_jupyter.engines.local.forking.report import Verdict, read_report
from couler_jupyter.engines.local.nursery import Nursery


@pytest.fixture
def nursery() -> Iterator[Nursery]:
    made = Nursery.spawn()
    yield made
    made.close()


def test_orders_are_taken_while_nobody_hears_the_answers(
    nursery: Nursery, tmp_path: Path
) -> None:
    """Else both sides would wait for each other for ever."""
    count = 500
    order = pack_order(ProcessCall(argv=("no-such-thing",)), {}, tmp_path)
    null = os.open(os.devnull, os.O_WRONLY)
    for number in range(count):
        nursery.start(number, order, [null, null])
    os.close(null)
    news: dict[int, list[Started | Ended]] = {number: [] for number in range(count)}
    while not all(len(heard) == 2 for heard in news.values()):
        for number, what in nursery.receive() or pytest.fail("the nursery is gone"):
            news[number].append(what)
    for started, ended in news.values():
        assert isinstance(started, Started)
        assert isinstance(ended, Ended)
        assert read_report(ended.report) == (
            Verdict.ERRORED,
            "no command 'no-such-thing'",
        )


def test_no_room_for_a_process_is_told(tmp_path: Path) -> None:
    """A limit on processes does not bind root, so a full table is played."""
    import socket

    from couler_jupyter.engines.local.forking import fork_server
    from couler_jupyter.engines.local.forking.link import Link

    here, there = socket.socketpair()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fork", _refuse)
        server = fork_server.ForkServer(Link(there))
        asking = Nursery(0, Link(here))
        null = os.open(os.devnull, os.O_WRONLY)
        order = pack_order(ProcessCall(argv=("true",)), {}, tmp_path)
        asking.start(7, order, [null, null])
        assert server._obey()
        assert not server._link.flush()
    ((number, ended),) = asking.receive() or pytest.fail("nothing was told")
    assert isinstance(ended, Ended)
    assert (number, ended.status) == (7, None)
    assert read_report(ended.report) == (
        Verdict.ERRORED,
        "no process could start: Resource temporarily unavailable",
    )
    for end in (here, there):
        end.close()
    for fd in (null, server._wake_read, server._wake_write, server._count._fd):
        os.close(fd)


def _refuse() -> int:
    raise BlockingIOError(11, "Resource temporarily unavailable")
