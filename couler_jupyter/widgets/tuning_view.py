"""Predicted curves, real ones over them as they arrive, and a table to choose a setting from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import RLock
from typing import Final, NotRequired, cast

import traitlets

from couler_jupyter.drawing import chart_view, tuning_bundle
from couler_jupyter.protocol import Request, SettingView, TuningView
from couler_jupyter.widgets.answering import answer
from couler_jupyter.widgets.live import LiveWidget
from couler_jupyter.widgets.module import one_module
from couler_jupyter.widgets.style import style_of

_HERE: Final = Path(__file__).parent


class UseRequest(Request):
    """Which setting is to be used, by its key."""

    setting: NotRequired[str]


class TuningWidget(LiveWidget):
    """Shows what was predicted and measured of each setting; one click uses one.

    Attributes:
        view: what is shown, as JSON; see `TuningView`.
        chart: its curves laid out; see `ChartView`; empty for none.
    """

    _esm = one_module(_HERE / "tuning_view.js")
    _css = style_of("tuning")

    chart = traitlets.Dict().tag(sync=True)

    def __init__(
        self, view: TuningView, *, use: Callable[[str], object] | None = None
    ) -> None:
        """Make a view.

        Args:
            view: what to show.
            use: is called with the key of the setting that a person takes, in the kernel;
                None where none can be taken.
        """
        self._known: Mapping[str, Callable[[Request], object]] = (
            {} if use is None else {"use": self._using(use)}
        )
        self._lock = RLock()
        self._shown = view
        super().__init__(self._with_requests(view))
        self.chart = dict(chart_view(view) or {})

    def update(self, view: TuningView) -> None:
        """Show how things stand now; may be called from any thread."""
        with self._lock:
            self._shown = view
            # curves come before the rows that speak of them
            self.chart = dict(chart_view(view) or {})
            self.view = self._with_requests(view)

    def part(self) -> None:
        """Nothing more comes; what the notebook keeps is brought up to date."""
        self._keep()

    def _using(self, use: Callable[[str], object]) -> Callable[[Request], object]:
        def of_request(request: Request) -> None:
            key = str(cast("UseRequest", request).get("setting", ""))
            use(key)
            with self._lock:
                self.update(_chosen(self._shown, key))
                self._keep()

        return of_request

    def _with_requests(self, view: TuningView) -> dict[str, object]:
        return {**view, "requests": sorted(self._known)}

    def _on_message(self, _: object, message: Request, __: object) -> None:
        answer(message, self._known, self.send)

    def _still(self) -> dict[str, str]:
        return tuning_bundle(self._shown)


def _chosen(view: TuningView, key: str) -> TuningView:
    """Mark one setting as the one that is used."""
    settings: list[SettingView] = []
    for one in view["settings"]:
        marks = [mark for mark in one["marks"] if mark != "chosen"]
        marks += ["chosen"] * (one["id"] == key)
        settings.append({**one, "marks": marks})
    return {**view, "settings": settings}
