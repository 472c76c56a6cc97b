"""How a function defined in a notebook cell or a file travels to where it runs."""

from __future__ import annotations

from couler_jupyter.dsl.capture.captured import Captured, capture

__all__ = ["Captured", "capture"]
