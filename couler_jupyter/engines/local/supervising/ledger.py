"""Writes down what happens, a little late and in few transactions."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from couler_jupyter.engines.local.loop import Loop
from couler_jupyter.engines.local.scheduling.data import Data, encode
from couler_jupyter.ir import RunEvent
from couler_jupyter.runs import RunStore

DELAY = 0.02
"""Seconds that news may wait for more news, if writing it is quick."""
_SHARE = 20
"""News waits for so many times what writing took, so that writing stays a small part."""
_LONGEST = 0.25
"""Seconds that news waits at the most."""


class Ledger:
    """Gathers events and outputs of one run and hands them to its store."""

    def __init__(self, store: RunStore, run_id: str, loop: Loop) -> None:
        self._store = store
        self._run_id = run_id
        self._loop = loop
        self._events: list[RunEvent] = []
        self._outputs: dict[str, str] = {}
        self._next = 0.0
        self._armed = False

    def add(
        self, events: Sequence[RunEvent], outputs: Mapping[str, Mapping[str, Data]]
    ) -> None:
        """Take news; what has waited long enough is written now.

        Raises:
            StoreFailed: it cannot be written.
        """
        if not events and not outputs:
            return
        self._events += events
        for path, values in outputs.items():
            self._outputs[path] = encode(values)
        wait = self._next - time.monotonic()
        if wait <= 0:
            self.flush()
        elif not self._armed:
            self._armed = True
            self._loop.call_later(wait, self.flush)

    def flush(self) -> None:
        """Write all news in one transaction."""
        self._armed = False
        began = time.monotonic()
        if self._events or self._outputs:
            self._store.record(self._run_id, self._events, outputs=self._outputs)
            self._events, self._outputs = [], {}
        ended = time.monotonic()
        self._next = ended + min(max(DELAY, _SHARE * (ended - began)), _LONGEST)
