"""Types that Python's own cannot say."""

from __future__ import annotations

from typing import Any, TypeAlias

Given: TypeAlias = Any
"""Whatever a user may give; checked where it is used."""

Gives: TypeAlias = Any
"""What a call gives: a handle, or what the user's function made of handles."""
