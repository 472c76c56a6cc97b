"""What a run on this machine would take from the cache, without beginning it."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from couler_jupyter.engines.cache import Wish
from couler_jupyter.engines.local.placing.run_folder import RunFolder
from couler_jupyter.engines.local.placing.site import Site
from couler_jupyter.engines.local.reusing.asking import Asking
from couler_jupyter.engines.local.reusing.foresight import foresee
from couler_jupyter.engines.local.scheduling.bind import given_arguments
from couler_jupyter.engines.local.scheduling.orders import Capacity
from couler_jupyter.engines.local.scheduling.scheduler import Scheduler
from couler_jupyter.ir import Json, Workflow
from couler_jupyter.reusing.config import load_config
from couler_jupyter.reusing.foreseen import Foreseen
from couler_jupyter.reusing.opening import open_keeping
from couler_jupyter.reusing.paper import timeless
from couler_jupyter.reusing.store_cache import StoreCache

_ROOM = Capacity(cpu=math.inf, memory=1 << 62, gpu=1 << 30)
_PLAN = "plan"


def foreseen(
    workflow: Workflow, arguments: Mapping[str, Json], folder: Path
) -> Mapping[str, Foreseen]:
    """Return what is known of a run before it begins, by path in the run.

    What waits for a step that will run is not known before, and not in it. Nothing is
    written down and nothing is brought.

    Args:
        workflow: what would run.
        arguments: what it would be given.
        folder: what relative paths are relative to.

    Raises:
        CoulerError, ValueError, OSError: the cache, or an input, cannot be used.
    """
    config = load_config()
    if not config.enabled:
        return {}
    store, keeping = open_keeping(config)
    with (
        closing(store),
        tempfile.TemporaryDirectory(prefix="couler-plan-") as scratch,
    ):
        wish = Wish(run=_PLAN, engine="local", workflow=workflow)
        cache = StoreCache(store, wish, keeping)
        own = Path(scratch)
        site = Site(
            run_id=_PLAN, folder=RunFolder(own, own), logs=own, user_folder=folder
        )
        scheduler = Scheduler(
            timeless(workflow),
            given_arguments(workflow, dict(arguments)),
            run_id=_PLAN,
            capacity=_ROOM,
        )
        found = foresee(scheduler, Asking(site), cache)
    made = found.outline.runs
    return {
        path: Foreseen(run="", why=answer.why or "its bytes were given up")
        if answer.found is None or path in made
        else Foreseen(run=answer.found.run, why="the same was run before")
        for path, answer in found.answers.items()
    }
