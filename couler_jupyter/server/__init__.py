"""The Jupyter server extension: REST over the run store, for panels and other clients.

Runs are looked at and asked for things through the store, so that a run outlives the
server, and several servers may share one store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


__all__ = ["_load_jupyter_server_extension"]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    """Serve runs from a Jupyter server."""
    from couler_jupyter.server.extension import load

    load(app)
