"""What comes before what: ancestors and cycles, by one pass over the tasks.

The ancestors of a task are one whole number with a bit for each task: taking those of
another over is one operation, however many they are.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Before(Container[str]):
    """The tasks that have ended when one starts; to be asked with `in`."""

    bits: int
    numbers: Mapping[str, int]

    def __contains__(self, name: object) -> bool:
        number = self.numbers.get(name) if isinstance(name, str) else None
        return number is not None and bool(self.bits >> number & 1)


class Order:
    """The order that waiting gives to tasks.

    Attributes:
        cycles: tasks that wait for each other, each ring once.
    """

    def __init__(self, waits: Mapping[str, Sequence[str]]) -> None:
        self._waits = waits
        self._numbers = {name: at for at, name in enumerate(waits)}
        self._bits: dict[str, int] = {}
        self.cycles: list[tuple[str, ...]] = []
        for name in waits:
            self._visit(name)

    def before(self, name: str) -> Before:
        """Return the tasks that have ended when this one starts."""
        return Before(self._bits.get(name, 0), self._numbers)

    def _visit(self, first: str) -> None:
        """Walk from a task to all it waits for, deepest first."""
        trail = [first] if first not in self._bits else []
        on_trail = {first}
        at = {first: iter(self._waits[first])}
        while trail:
            name = trail[-1]
            for other in at[name]:
                if other in on_trail:
                    self.cycles.append(self._ring(trail[trail.index(other) :]))
                elif other in self._waits and other not in self._bits:
                    trail.append(other)
                    on_trail.add(other)
                    at[other] = iter(self._waits[other])
                    break
            else:
                self._bits[name] = self._union(name)
                on_trail.discard(trail.pop())

    def _ring(self, names: list[str]) -> tuple[str, ...]:
        """Return a ring from the task on that stands first."""
        at = names.index(min(names, key=self._numbers.__getitem__))
        return (*names[at:], *names[:at])

    def _union(self, name: str) -> int:
        bits = 0
        for other in self._waits[name]:
            if other in self._numbers and other != name:
                bits |= 1 << self._numbers[other] | self._bits.get(other, 0)
        return bits
