"""Whether packages that a function needs are in this Python."""

from __future__ import annotations

import re
import shlex
from importlib import metadata
from typing import Any

_NAME = re.compile(r"[\w.-]+(?=\s*([\[<>=!~;,(]|$))")


def missing(requirement: str) -> str:
    """Return what is wrong here with a package that is needed; empty for nothing.

    What pip takes but does not name a package (a URL, a file) cannot be looked for.

    >>> missing("pip"), missing("git+https://localhost/a.git")
    ('', '')
    """
    name = _NAME.match(requirement.strip())
    if name is None:
        return ""
    parsed = _parsed(requirement)
    if parsed is not None and parsed.marker and not parsed.marker.evaluate():
        return ""
    install = f"pip install {shlex.quote(requirement)}"
    try:
        there = metadata.version(name[0])
    except metadata.PackageNotFoundError:
        return f"it needs {name[0]}, which is not installed; {install}"
    if parsed is None or parsed.specifier.contains(there, prereleases=True):
        return ""
    return f"it needs {requirement}, and {name[0]} {there} is installed; {install}"


def _parsed(requirement: str) -> Any:  # noqa: ANN401 (of a package that may be missing)
    """Return a requirement as `packaging` reads it; None if it is not there, or cannot."""
    try:
        from packaging.requirements import InvalidRequirement, Requirement
    except ImportError:
        return None
    try:
        return Requirement(requirement)
    except InvalidRequirement:
        return None
