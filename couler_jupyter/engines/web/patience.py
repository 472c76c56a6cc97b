"""How long to wait before asking a server again, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import SystemRandom

_LONGEST_ASKED = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Waits that double, with some chance in them so that many do not ask at once.

    Attributes:
        tries: how often a request is sent at the most.
        first: seconds of the first wait.
        longest: seconds of any wait the server did not ask for.
    """

    tries: int = 6
    first: float = 0.5
    longest: float = 20.0

    def wait(self, attempt: int, asked: float | None = None) -> float:
        """Return seconds to wait after attempt number `attempt` (from 1).

        Args:
            attempt: how often it was tried so far.
            asked: what the server said, in `Retry-After`.

        >>> Patience().wait(1, asked=7.0)
        7.0
        """
        if asked is not None:
            return min(asked, _LONGEST_ASKED)
        grown = min(self.longest, self.first * 2.0 ** min(attempt - 1, 30))
        # Not the generator that a notebook may have seeded: waits would change its draws.
        return grown * SystemRandom().uniform(0.5, 1.0)


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a server asks to wait, None if it says nothing.

    >>> asked_wait({"retry-after": "3"})
    3.0
    """
    said = headers.get("retry-after", "").strip()
    if not said:
        return None
    if said.isdecimal():
        return float(said)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


USUAL = Patience()
"""Up to six tries in about twenty seconds."""
