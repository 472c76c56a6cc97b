"""Write an ML workflow in a notebook cell, see it, and run it anywhere."""

from __future__ import annotations

__version__ = "0.1.0"
