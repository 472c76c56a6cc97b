"""Where in the user's code a call stands: the cell or file, its line, its function."""

from __future__ import annotations

import os
import sys
from collections.abc import Container
from pathlib import Path
from types import CodeType, FrameType

from couler_jupyter.dsl.capture.places import shown
from couler_jupyter.errors import BuildFailed
from couler_jupyter.ir import Origin

_PACKAGE = Path(__file__).parent.parent
_INTERFACES = tuple(f"{_PACKAGE / room}{os.sep}" for room in ("dsl", "zoo", "compat"))
_COMPREHENSIONS = frozenset({"<listcomp>", "<dictcomp>", "<setcomp>", "<genexpr>"})


def user_frame() -> FrameType | None:
    """Return the innermost running frame that is not of the interfaces themselves."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_INTERFACES):
        frame = frame.f_back
    return frame


def origin_of(frame: FrameType | None, places: dict[str, str]) -> Origin | None:
    """Return where `frame` stands; `places` remembers how files are shown."""
    if frame is None:
        return None
    filename = frame.f_code.co_filename
    place = places.get(filename)
    if place is None:
        place = places[filename] = shown(filename, frame.f_globals)
    return Origin(place, frame.f_lineno)


def here() -> Origin | None:
    """Return where the user's call stands."""
    return origin_of(user_frame(), {})


def function_name(frame: FrameType | None, but: Container[CodeType]) -> str:
    """Return the name of the function that `frame` runs, empty if it has none to use.

    Args:
        frame: where a step is written.
        but: functions that are workflows rather than steps.
    """
    while frame is not None and frame.f_code.co_name in _COMPREHENSIONS:
        frame = frame.f_back
    if frame is None or frame.f_code in but:
        return ""
    name = frame.f_code.co_name
    return "" if name.startswith("<") else name


def misused(what: str) -> BuildFailed:
    """Return the error that says `what` is wrong with the user's call, and where."""
    place = here()
    return BuildFailed(what if place is None else f"{what} ({place})")
