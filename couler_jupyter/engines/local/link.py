"""Messages, with file descriptors, between two processes over a socket pair.

Each message is four bytes of length and a pickle. Descriptors go along with the first
byte and are taken in the order they were sent.
"""

from __future__ import annotations

import pickle
import socket
import struct
from collections import deque
from collections.abc import Sequence

_LENGTH = struct.Struct("!I")
_CHUNK = 1 << 16
_MOST_FDS = 8


class Link:
    """One end of the socket pair."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._inbox = bytearray()
        self._fds: deque[int] = deque()
        self._outbox = bytearray()

    @property
    def fd(self) -> int:
        """The descriptor to wait on."""
        return self._end.fileno()

    @property
    def behind(self) -> bool:
        """Whether posted messages still wait to be sent."""
        return bool(self._outbox)

    def send(self, message: object, fds: Sequence[int] = ()) -> None:
        """Send a message, waiting for room if need be.

        Raises:
            OSError: the other end is closed.
        """
        data = _frame(message)
        sent = socket.send_fds(self._end, [data], fds) if fds else 0
        self._end.sendall(data[sent:])

    def post(self, message: object) -> None:
        """Send a message now or, if there is no room, with later calls of `flush`."""
        self._outbox += _frame(message)
        self.flush()

    def flush(self) -> None:
        """Send as much of what was posted as there is room for.

        Raises:
            OSError: the other end is closed.
        """
        while self._outbox:
            try:
                sent = self._end.send(self._outbox, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            del self._outbox[:sent]

    def receive(self) -> list[object] | None:
        """Return the messages that have come in; None if the other end is closed."""
        try:
            data, fds, _, _ = socket.recv_fds(self._end, _CHUNK, _MOST_FDS)
        except ConnectionResetError:
            return None
        if not data:
            return None
        self._inbox += data
        self._fds.extend(fds)
        return self._whole_messages()

    def take_fd(self) -> int:
        """Return the next descriptor that came with a message."""
        return self._fds.popleft()

    def close(self) -> None:
        """Close this end."""
        self._end.close()

    def _whole_messages(self) -> list[object]:
        messages: list[object] = []
        start = 0
        while len(self._inbox) - start >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._inbox, start)
            end = start + _LENGTH.size + length
            if len(self._inbox) < end:
                break
            body = memoryview(self._inbox)[start + _LENGTH.size : end]
            messages.append(pickle.loads(body))  # noqa: S301 (our own other half)
            body.release()
            start = end
        del self._inbox[:start]
        return messages


def _frame(message: object) -> bytes:
    body = pickle.dumps(message, protocol=5)
    return _LENGTH.pack(len(body)) + body
