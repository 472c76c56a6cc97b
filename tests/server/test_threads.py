"""Work in threads: what waits elsewhere keeps nobody else waiting, errors come through."""

from __future__ import annotations

import asyncio
import threading

import pytest

from couler_jupyter.errors import StoreFailed
from couler_jupyter.server.threads import Threads, within


def test_what_is_asked_elsewhere_keeps_nobody_waiting() -> None:
    answered = threading.Event()

    async def ask() -> list[bool]:
        threads = Threads()
        slow = [
            asyncio.create_task(threads.run(lambda: answered.wait(60), slow=True))
            for _ in range(50)
        ]
        quick = [await threads.run(lambda: True) for _ in range(50)]
        assert not any(one.done() for one in slow)
        answered.set()
        return quick + [await one for one in slow]

    assert all(asyncio.run(ask()))


def test_not_more_at_once_than_some() -> None:
    now, most, lock = 0, 0, threading.Lock()
    full = threading.Event()

    def work() -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
            if now == 8:
                full.set()
        assert full.wait(60)
        with lock:
            now -= 1

    async def ask() -> None:
        threads = Threads()
        await asyncio.gather(*(threads.run(work) for _ in range(40)))

    asyncio.run(ask())
    assert most == 8


def test_errors_come_through() -> None:
    def refuse() -> None:
        raise StoreFailed("no")

    async def ask() -> None:
        threads = Threads()
        for slow in (False, True):
            with pytest.raises(StoreFailed, match="no"):
                await threads.run(refuse, slow=slow)
        assert await threads.run(lambda: 1) == 1

    asyncio.run(ask())
    with pytest.raises(StoreFailed, match="no"):
        within(30, refuse)


def test_who_asked_may_be_gone() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        assert go_on.wait(60)

    async def ask() -> None:
        threads = Threads()
        task = asyncio.create_task(threads.run(work))
        await asyncio.to_thread(begun.wait, 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go_on.set()
        assert await threads.run(lambda: 1) == 1

    asyncio.run(ask())


def test_nobody_may_wait_any_more() -> None:
    begun, go_on = threading.Event(), threading.Event()
    before = set(threading.enumerate())

    def work() -> None:
        begun.set()
        assert go_on.wait(60)

    async def ask() -> None:
        task = asyncio.create_task(Threads().run(work))
        await asyncio.to_thread(begun.wait, 30)
        task.cancel()

    asyncio.run(ask())
    go_on.set()
    for thread in set(threading.enumerate()) - before:
        thread.join(60)  # what it raised would be an error of this test


def test_only_so_long() -> None:
    never = threading.Event()
    with pytest.raises(TimeoutError):
        within(0.01, lambda: never.wait(30))
    never.set()
    assert within(30, lambda: 1) == 1
