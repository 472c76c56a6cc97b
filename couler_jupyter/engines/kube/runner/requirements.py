"""Whether the packages that a function needs are there, as pip writes them."""

# ruff: noqa: ANN401, D103
import re
from importlib import metadata
from typing import Any

from couler_jupyter.engines.kube.runner.values import Stop


def lacks(requirements: Any) -> None:
    """Say all that is missing at once."""
    missing = [text for text in map(lacking, requirements) if text]
    if missing:
        raise Stop(69, "the image lacks " + ", ".join(missing))


def lacking(text: str) -> str:
    """Return what is missing, with the version that is there; empty for nothing."""
    wanted = parsed(text)
    if wanted and wanted.marker and not wanted.marker.evaluate():
        return ""
    name = wanted.name if wanted else re.split(r"[^\w.-]", text.strip())[0]
    try:
        there = metadata.version(name)
    except metadata.PackageNotFoundError:
        return text
    if wanted and not wanted.specifier.contains(there, prereleases=True):
        return text + " (it has " + there + ")"
    return ""


def parsed(text: str) -> Any:
    try:
        from packaging.requirements import Requirement

        return Requirement(text)
    except ImportError:
        pass
    try:
        from pip._vendor.packaging.requirements import Requirement as Pip

        return Pip(text)
    except ImportError:
        return None
