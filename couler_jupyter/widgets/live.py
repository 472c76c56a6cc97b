"""What all live views do: signs of life, and a picture for the notebook that is saved."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import anywidget
import traitlets

from couler_jupyter.protocol import VERSION, Alive, Request

_BEAT: Final = 5.0
"""Seconds between two signs of life."""


class LiveWidget(anywidget.AnyWidget):
    """A view that is told what changes, and that asks for things.

    Attributes:
        view: what is shown, as JSON.
    """

    _css = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")

    view = traitlets.Dict().tag(sync=True)

    def __init__(self, view: Mapping[str, object]) -> None:
        """Make a view; nothing is displayed yet."""
        self._told = time.monotonic()
        self._handle: Any = None
        super().__init__(view=view)
        self.on_msg(self._on_message)

    def alive(self) -> None:
        """Say that it is still told of what changes, if nothing was said for some seconds.

        Whoever follows something calls this when nothing happened; a view that hears
        nothing for long says so.
        """
        if time.monotonic() - self._told > _BEAT:
            self._told = time.monotonic()
            sign: Alive = {"type": "alive", "version": VERSION, "sent": time.time()}
            self.send(sign)

    def show(self) -> None:
        """Display it; at the end, what the notebook keeps is brought up to date."""
        from IPython.display import display

        self._handle = display(self, display_id=True)

    def _keep(self) -> None:
        """Have the notebook keep what is shown now."""
        if self._handle is not None:
            self._handle.update(self)

    @abstractmethod
    def _still(self) -> dict[str, str]:
        """Return what is shown now as a MIME bundle that needs no kernel."""

    @abstractmethod
    def _on_message(self, _: object, message: Request, __: object) -> None:
        """Do what is asked, and answer."""

    def _repr_mimebundle_(
        self, **kwargs: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        live = super()._repr_mimebundle_(**kwargs)
        data, metadata = live or ({}, {})
        return {**data, **self._still()}, metadata
