"""What the cache holds and what that is worth, live; in a saved notebook a table."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import traitlets

from couler_jupyter.drawing import cache_bundle
from couler_jupyter.protocol import CacheView, Request
from couler_jupyter.widgets.answering import answer
from couler_jupyter.widgets.live import LiveWidget
from couler_jupyter.widgets.module import one_module

_HERE: Final = Path(__file__).parent


class CacheWidget(LiveWidget):
    """Shows how full the cache is, each artifact with its scores, and why.

    Attributes:
        view: what is shown, as JSON; see `CacheView`.
        following: whether somebody tells it of what changes.
    """

    _esm = one_module(_HERE / "cache_view.js")

    following = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self,
        view: CacheView,
        *,
        requests: Mapping[str, Callable[[str], object]] | None = None,
    ) -> None:
        """Make a view.

        Args:
            view: what to show.
            requests: what to call with an artifact's key when the person asks for it:
                `pin`, `unpin` or `drop`.
        """
        self._known = {
            name: _of_artifact(done) for name, done in (requests or {}).items()
        }
        self._shown = view
        super().__init__(self._with_requests(view))

    def update(self, view: CacheView) -> None:
        """Show how things stand now; may be called from any thread."""
        self._shown = view
        self._told = time.monotonic()
        self.view = dict(self._with_requests(view))

    def part(self) -> None:
        """Follow no more; what the notebook keeps is brought up to date."""
        self.following = False
        self._keep()

    def _with_requests(self, view: CacheView) -> CacheView:
        return {**view, "requests": sorted(self._known)}

    def _on_message(self, _: object, message: Request, __: object) -> None:
        answer(message, self._known, self.send)

    def _still(self) -> dict[str, str]:
        return cache_bundle(self._shown)


def _of_artifact(done: Callable[[str], object]) -> Callable[[Request], object]:
    def of_request(request: Request) -> object:
        return done(request.get("artifact", ""))

    return of_request
