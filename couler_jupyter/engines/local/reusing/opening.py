"""Opens the cache that a run's options name."""

from __future__ import annotations

import sys
from collections.abc import Callable

from couler_jupyter.engines.cache import CACHES, NO_CACHE, Wish
from couler_jupyter.engines.local.datasets.opening import keep_datasets
from couler_jupyter.engines.local.placing.site import Site
from couler_jupyter.engines.local.reusing.reuse import Reuse
from couler_jupyter.engines.local.scheduling.scheduler import Scheduler
from couler_jupyter.errors import CoulerError
from couler_jupyter.ir import Workflow
from couler_jupyter.runs import RunRecord


def reuse_for(
    record: RunRecord,
    workflow: Workflow,
    site: Site,
    on_paper: Callable[[], Scheduler],
) -> tuple[Reuse | None, str]:
    """Return the way to a run's cache, None where it has none, and what failed if any."""
    name = site.options.cache
    if name in (NO_CACHE, ""):
        return None, ""
    wish = Wish(
        run=record.id,
        engine=record.engine,
        workflow=workflow,
        refresh=site.options.refresh,
    )
    try:
        cache = CACHES.get(name)(wish)
    except (CoulerError, ImportError, OSError) as error:
        why = f"{error}; the run goes on without"
        sys.stderr.write(f"cache: {why}\n")
        return None, why
    if cache is None:
        return None, ""
    keep_datasets(site, cache)
    return Reuse(cache, site, on_paper), ""
