"""Hides secret values in a stream of bytes, wherever it happens to be cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

MASK = b"***"
_SHORTEST_LINE = 8


class Masker:
    """Shows every occurrence of a secret as `***`; overlapping ones as one.

    Of a secret of several lines, such as a key file, each longer line counts as a
    secret too, since programs print lines.

    >>> masker = Masker(["hunter2"])
    >>> masker.feed(b"it is hun"), masker.feed(b"ter2, or hunt"), masker.end()
    (b'it is ', b'***, or ', b'hunt')
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = tuple(_parts(secrets))
        self._held = b""
        self._hidden = 0  # how much of what is held a mask already stands for

    def feed(self, data: bytes) -> bytes:
        """Return what can be shown by now; the rest may be the start of a secret."""
        if not self._secrets:
            return data
        data = self._held + data
        until = self._first_doubt(data)
        return self._show(data, until)

    def end(self) -> bytes:
        """Return what was held back, when nothing more will come."""
        return self._show(self._held, len(self._held))

    def _show(self, data: bytes, until: int) -> bytes:
        shown = bytearray()
        position = self._hidden
        for start, end in self._hidden_spans(data):
            if start >= until:
                break
            shown += data[position:start]
            if start or not self._hidden:
                shown += MASK
            position = end
        shown += data[position:until]
        self._held = data[until:]
        self._hidden = max(0, position - until)
        return bytes(shown)

    def _hidden_spans(self, data: bytes) -> list[tuple[int, int]]:
        """Return the spans that secrets cover, in order, overlapping ones merged."""
        spans = [(0, self._hidden)] if self._hidden else []
        for secret in self._secrets:
            start = data.find(secret)
            while start >= 0:
                spans.append((start, start + len(secret)))
                start = data.find(secret, start + 1)
        merged: list[tuple[int, int]] = []
        for start, end in sorted(spans):
            if merged and start < merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged

    def _first_doubt(self, data: bytes) -> int:
        """Return where the earliest tail begins that more data may make a secret."""
        earliest = len(data)
        for secret in self._secrets:
            start = data.find(secret[:1], max(0, len(data) - len(secret) + 1))
            while 0 <= start < earliest:
                if secret.startswith(data[start:]):
                    earliest = start
                start = data.find(secret[:1], start + 1)
        return earliest


def mask(text: str, secrets: Iterable[str]) -> str:
    """Return `text` with every secret shown as `***`."""
    masker = Masker(secrets)
    shown = masker.feed(text.encode(errors="surrogateescape")) + masker.end()
    return shown.decode(errors="surrogateescape")


def _parts(secrets: Iterable[str]) -> Iterator[bytes]:
    for secret in secrets:
        if secret:
            yield secret.encode(errors="surrogateescape")
        lines = secret.splitlines()
        if len(lines) > 1:
            yield from (
                line.encode(errors="surrogateescape")
                for line in map(str.strip, lines)
                if len(line) >= _SHORTEST_LINE
            )
