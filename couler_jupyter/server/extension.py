"""Settings of the extension, and how a Jupyter server loads it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from traitlets import Bool, Unicode
from traitlets.config import Configurable

from couler_jupyter.server.desk import Desk
from couler_jupyter.server.handler import rules
from couler_jupyter.server.routes import ROUTES

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


class CoulerServer(Configurable):
    """What a Jupyter server serves of workflows; settings by `c.CoulerServer`."""

    enabled = Bool(True, help="Whether runs are served at all.").tag(config=True)
    read_only = Bool(
        False, help="Whether runs can only be looked at, and nothing asked of them."
    ).tag(config=True)
    root = Unicode(
        "",
        help="Folder that runs are kept in; empty for COULER_HOME or the user's own.",
    ).tag(config=True)


def load(app: ServerApp) -> None:
    """Add the handlers to a server, unless its settings say otherwise."""
    chosen = CoulerServer(config=app.config)
    if not chosen.enabled:
        app.log.info("couler_jupyter: not served, CoulerServer.enabled is off")
        return
    desk = Desk(
        root=Path(chosen.root) if chosen.root else None,
        folder=Path(app.root_dir),
        read_only=chosen.read_only,
    )
    web_app = app.web_app
    web_app.add_handlers(".*$", rules(ROUTES, desk, web_app.settings["base_url"]))
    app.log.info("couler_jupyter: runs are served from %s", desk.root)
