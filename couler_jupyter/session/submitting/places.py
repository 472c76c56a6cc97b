"""The places that a form offers: those that a person named, and each engine as it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from couler_jupyter.engines import ENGINES, Submitter
from couler_jupyter.errors import UsageFailed
from couler_jupyter.targets import Target, load_targets


def places_here() -> tuple[Target, ...]:
    """Return the targets there are, and one for each engine that has none.

    Raises:
        UsageFailed: a file of targets cannot be read.
    """
    found = load_targets(Path.cwd())
    return (*found, *_unnamed({one.engine for one in found}))


def _unnamed(engines: set[str]) -> Iterator[Target]:
    for name in ENGINES.names():
        if name not in engines and issubclass(ENGINES.get(name), Submitter):
            with suppress(UsageFailed):  # a name that no target can have
                yield Target(name=name, engine=name)
