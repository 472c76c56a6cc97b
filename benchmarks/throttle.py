"""A way to a server that lets only so many bytes a second come back."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

_CHUNK = 1 << 14


@contextmanager
def throttled(host: str, port: int, rate: float, delay: float) -> Generator[int]:
    """Yield a port of this machine that leads to another.

    Args:
        host: where the server is.
        port: its port.
        rate: bytes a second that come back, on each connection.
        delay: seconds before each connection gets through.
    """
    door = socket.create_server(("127.0.0.1", 0))

    def let_in() -> None:
        while True:
            try:
                guest, _ = door.accept()
            except OSError:
                return  # the door is closed
            threading.Thread(target=serve, args=(guest,), daemon=True).start()

    def serve(guest: socket.socket) -> None:
        time.sleep(delay)
        server = socket.create_connection((host, port))
        asking = threading.Thread(target=_pass, args=(guest, server, 0), daemon=True)
        asking.start()
        _pass(server, guest, rate)
        guest.close()
        server.close()

    threading.Thread(target=let_in, daemon=True).start()
    try:
        yield door.getsockname()[1]
    finally:
        door.close()


def _pass(source: socket.socket, target: socket.socket, rate: float) -> None:
    try:
        while data := source.recv(_CHUNK):
            target.sendall(data)
            if rate:
                time.sleep(len(data) / rate)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return  # one of the two has gone
