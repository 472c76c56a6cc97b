"""Work that blocks, in threads of its own: what is asked elsewhere keeps nobody waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from threading import Thread
from typing import TypeVar

T = TypeVar("T")
_QUICK = 8
_SLOW = 8


class Threads:
    """As many threads as there is work, up to a number; none of them holds up the end.

    What only looks at this machine never waits for what asks another one.
    """

    def __init__(self) -> None:
        self._quick = asyncio.Semaphore(_QUICK)
        self._slow = asyncio.Semaphore(_SLOW)

    async def run(self, work: Callable[[], T], *, slow: bool = False) -> T:
        """Return what `work` returns, or raise what it raises."""
        async with self._slow if slow else self._quick:
            return await _threaded(work)


async def _threaded(work: Callable[[], T]) -> T:
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.cancelled():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def tell(result: T | None, error: BaseException | None) -> None:
        with suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(settle, result, error)

    def go() -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 (raised where it is waited for)
            tell(None, error)
        else:
            tell(result, None)

    Thread(target=go, name="couler request", daemon=True).start()
    return await future


def within(seconds: float, work: Callable[[], T]) -> T:
    """Return what `work` returns; it goes on by itself if that takes too long.

    Raises:
        TimeoutError: it did.
    """
    future: Future[T] = Future()

    def go() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 (raised where it is waited for)
            future.set_exception(error)

    Thread(target=go, name="couler question", daemon=True).start()
    return future.result(seconds)
