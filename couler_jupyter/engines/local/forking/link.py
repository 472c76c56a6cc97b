"""Frames, with file descriptors, between two processes over a socket pair.

A frame is a header (what it is, whose it is, how long, how many descriptors) and a
body that is passed on unread: after every fork, each page of memory that the fork
server touches is copied, so the less it looks at, the faster it is.
"""

from __future__ import annotations

import socket
import struct
from collections import deque
from collections.abc import Sequence
from typing import TypeAlias

Frame: TypeAlias = tuple[int, int, int, bytes]
"""Kind, number of the attempt, how many descriptors came along, body."""

_HEADER = struct.Struct("!BIBI")
_CHUNK = 1 << 16
_MOST_FDS = 8


class Link:
    """One end of the socket pair."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._inbox = b""
        self._fds: deque[int] = deque()
        self._outbox = b""

    @property
    def fd(self) -> int:
        """The descriptor to wait on."""
        return self._end.fileno()

    def send(
        self, kind: int, number: int, body: bytes, fds: Sequence[int] = ()
    ) -> None:
        """Send a frame, waiting for room if need be.

        Raises:
            OSError: the other end is closed.
        """
        data = _HEADER.pack(kind, number, len(fds), len(body)) + body
        sent = socket.send_fds(self._end, [data], fds) if fds else 0
        self._end.sendall(data[sent:])

    def post(self, kind: int, number: int, body: bytes) -> None:
        """Keep a frame for the next calls of `flush`."""
        self._outbox += _HEADER.pack(kind, number, 0, len(body)) + body

    def flush(self) -> bool:
        """Send as much of what was posted as there is room for.

        Returns:
            Whether some of it still waits.

        Raises:
            OSError: the other end is closed.
        """
        while self._outbox:
            try:
                sent = self._end.send(self._outbox, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return True
            self._outbox = self._outbox[sent:]
        return False

    def receive(self) -> list[Frame] | None:
        """Return the frames that have come in; None if the other end is closed."""
        try:
            data, fds, _, _ = socket.recv_fds(self._end, _CHUNK, _MOST_FDS)
        except ConnectionResetError:
            return None
        if not data:
            return None
        self._inbox += data
        self._fds.extend(fds)
        return self._whole_frames()

    def take_fd(self) -> int:
        """Return the next descriptor that came with a frame."""
        return self._fds.popleft()

    def close(self) -> None:
        """Close this end."""
        self._end.close()

    def _whole_frames(self) -> list[Frame]:
        frames: list[Frame] = []
        start, size = 0, _HEADER.size
        while len(self._inbox) >= start + size:
            kind, number, fds, length = _HEADER.unpack_from(self._inbox, start)
            end = start + size + length
            if len(self._inbox) < end:
                break
            frames.append((kind, number, fds, self._inbox[start + size : end]))
            start = end
        self._inbox = self._inbox[start:]
        return frames
