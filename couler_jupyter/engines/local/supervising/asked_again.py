"""What a person asked for to run again, though it had ended well."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from couler_jupyter.engines.local.placing.site import Site
from couler_jupyter.runs import Command

AGAIN = "again"
"""The verb of the command that is left for a run before it is driven on."""


def again_in(commands: Iterable[Command]) -> frozenset[str]:
    """Return the paths of the steps that commands ask for to run again."""
    asked = (json.loads(one.payload) for one in commands if one.verb == AGAIN)
    return frozenset(path for one in asked for path in one["steps"])


def refreshing(site: Site, again: frozenset[str]) -> Site:
    """Return a site where those steps run whatever the cache has of them."""
    if not again:
        return site
    refresh = (*site.options.refresh, *sorted(again))
    return replace(site, options=replace(site.options, refresh=refresh))
