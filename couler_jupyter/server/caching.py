"""What is kept of earlier runs: all there is to see, and what may be asked of it."""

from __future__ import annotations

import hashlib
import time

from couler_jupyter.errors import UsageFailed
from couler_jupyter.protocol import CacheView, cache_view
from couler_jupyter.reusing import load_config
from couler_jupyter.reusing.cache import Cache
from couler_jupyter.server.desk import Desk
from couler_jupyter.server.route import Given

REQUESTS = ("drop", "pin", "unpin")


def cache_tag(desk: Desk) -> str:
    """Return a text that differs once there is something new to see."""
    config = load_config()
    if not config.enabled:
        return f"{desk.read_only}-off"
    with Cache(config) as cache:
        seen = repr((config, desk.read_only, cache.stamp()))
    return hashlib.sha256(seen.encode("utf-8", "backslashreplace")).hexdigest()[:24]


def cache(desk: Desk, given: Given) -> CacheView:
    """Return what is kept, what it is worth, and why."""
    del given
    config = load_config()
    if config.enabled:
        with Cache(config) as opened:
            return _view(desk, opened)
    return cache_view(
        place="",
        policy=config.policy,
        used=0,
        budget=config.budget,
        artifacts=(),
        sent=time.time(),
    )


def pin(desk: Desk, given: Given) -> CacheView:
    """Have an artifact stay, and return what is kept now."""
    with _opened() as opened:
        opened.pin(given.body["artifact"])
        return _view(desk, opened)


def unpin(desk: Desk, given: Given) -> CacheView:
    """Have an artifact stay no longer, and return what is kept now."""
    with _opened() as opened:
        opened.pin(given.body["artifact"], pinned=False)
        return _view(desk, opened)


def drop(desk: Desk, given: Given) -> CacheView:
    """Give an artifact up, and return what is kept now."""
    with _opened() as opened:
        opened.drop(given.body["artifact"])
        return _view(desk, opened)


def _opened() -> Cache:
    config = load_config()
    if not config.enabled:
        raise UsageFailed("the cache is switched off")
    return Cache(config)


def _view(desk: Desk, opened: Cache) -> CacheView:
    return opened.view(requests=() if desk.read_only else REQUESTS)
