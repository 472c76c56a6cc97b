"""What runs elsewhere still have to read is not given up meanwhile, by nobody.

A lease is a pin of the object and two texts beside it: who needs it, and that it was not
pinned by a person. Whose run is never looked at again loses its leases after a while.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from couler_jupyter.store import Store

LONGEST = 7 * 86_400.0
"""Seconds that a lease lasts at the most, by the clock of whoever looks."""
_LEASE, _OURS = "lease", "leased"


def lease(store: Store, run: str, digests: Iterable[str]) -> None:
    """Have objects stay until the run is over. Raises `StoreFailed`."""
    pins = store.pins()
    until = int(time.time() + LONGEST)
    for digest in digests:
        store.pin(f"{_LEASE} {until} {run} {digest}")
        if digest not in pins:
            store.pin(f"{_OURS} {digest}")
            store.pin(digest)


def pin(store: Store, digest: str) -> None:
    """Have an object stay because a person says so, also when all leases are over."""
    store.pin(digest)
    store.pin(f"{_OURS} {digest}", pinned=False)


def release(store: Store, run: str) -> None:
    """Let go of what a run needed, and of leases that are long over."""
    pins = store.pins()
    now = time.time()
    live: set[str] = set()
    over: set[str] = set()
    for pin in pins:
        kind, *words = pin.split(" ")
        if kind == _LEASE and len(words) == 3:
            until, whose, digest = words
            if whose == run or float(until) < now:
                store.pin(pin, pinned=False)
                over.add(digest)
            else:
                live.add(digest)
    for digest in over - live:
        if f"{_OURS} {digest}" in pins:
            store.pin(f"{_OURS} {digest}", pinned=False)
            store.pin(digest, pinned=False)
