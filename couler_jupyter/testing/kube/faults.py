"""What goes wrong on demand: the next requests that fit fail as they are told to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from threading import Lock


@dataclass(slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        path: a pattern that the request's path and query have to match.
        method: of the request; empty for any.
        times: how many requests it befalls.
        status: what is answered; 0 cuts the connection before any answer.
        message: in the answer.
        headers: of the answer.
        after: that many lines of a stream get through, and then the connection is cut.
        late: whether the request is carried out, and only its answer goes wrong.
    """

    path: str = ""
    method: str = ""
    times: int = 1
    status: int = 500
    message: str = "injected"
    headers: dict[str, str] = field(default_factory=dict)
    after: int | None = None
    late: bool = False


class Faults:
    """The faults that are still to come."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Have something go wrong."""
        with self._lock:
            self._faults.append(fault)

    def next(self, method: str, path: str) -> Fault | None:
        """Return the fault that befalls a request, and count it."""
        with self._lock:
            for fault in self._faults:
                fits = fault.method in ("", method) and re.search(fault.path, path)
                if fault.times > 0 and fits:
                    fault.times -= 1
                    return fault
        return None
