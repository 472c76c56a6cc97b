"""The cache in a cell, looked at again and again as long as something happens."""

from __future__ import annotations

import time
from threading import Event, Thread

from couler_jupyter.errors import CoulerError
from couler_jupyter.reusing import Config
from couler_jupyter.reusing.cache import Cache

_LOOK = 1.0
"""Seconds between two looks at the store, at the least."""
_CALM = 20
"""How much longer it waits than it looked."""
_PATIENCE = 600.0
"""Seconds without any news after which it looks no more."""


class CacheWatch:
    """One live view of the cache; what is asked of it is done at once."""

    def __init__(self, config: Config) -> None:
        """Look for the first time.

        Raises:
            StoreFailed: the store cannot be used.
        """
        from couler_jupyter.widgets import CacheWidget

        self._config = config
        self._news = Event()
        with Cache(config) as cache:
            view = cache.view()
        requests = {"pin": self._pin, "unpin": self._unpin, "drop": self._drop}
        self.widget = CacheWidget(view, requests=requests)

    def start(self) -> None:
        """Display it, and follow the cache from a thread."""
        self.widget.following = True
        self.widget.show()
        Thread(target=self.follow, name="follow the cache", daemon=True).start()

    def follow(self, *, patience: float = _PATIENCE, look: float = _LOOK) -> None:
        """Show what changes until nothing has for long, or the store is gone."""
        try:
            with Cache(self._config) as cache:
                self._follow(cache, patience, look)
        except CoulerError:
            pass  # whoever uses the store is told; here the view just ends
        finally:
            self.widget.part()

    def _follow(self, cache: Cache, patience: float, look: float) -> None:
        seen, last = None, time.monotonic()
        while time.monotonic() - last < patience:
            before = time.monotonic()
            now = cache.stamp()
            if now != seen:
                self.widget.update(cache.view())
                seen, last = now, time.monotonic()
            self.widget.alive()
            self._news.wait(max(look, _CALM * (time.monotonic() - before)))
            self._news.clear()

    def _pin(self, artifact: str) -> None:
        with Cache(self._config) as cache:
            cache.pin(artifact)
        self._news.set()

    def _unpin(self, artifact: str) -> None:
        with Cache(self._config) as cache:
            cache.pin(artifact, pinned=False)
        self._news.set()

    def _drop(self, artifact: str) -> None:
        with Cache(self._config) as cache:
            cache.drop(artifact)
        self._news.set()
