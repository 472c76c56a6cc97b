"""What ended attempts leave lying about, and its removal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from couler_jupyter.engines.local.placing.run_folder import remove
from couler_jupyter.engines.local.placing.site import Site
from couler_jupyter.engines.local.supervising.job import Job
from couler_jupyter.engines.local.supervising.path_lock import PathLocks


class Clearing:
    """Removes what attempts leave; a leftover is no failure.

    Attributes:
        site: where the run is carried out.
        locks: paths that jobs have for themselves, given back when all is removed.
    """

    def __init__(self, site: Site, locks: PathLocks) -> None:
        self.site = site
        self.locks = locks
        self._leftovers: list[Callable[[], None]] = []

    def clear(self, job: Job) -> None:
        """Remove what an attempt left: when `tidy` is called, or on a thread."""

        def clear() -> None:
            try:
                self._remove_all(job)
            except OSError as error:
                sys.stderr.write(f"not removed: {error}\n")
            self.locks.give_back(job.launch.path)

        if job.light:
            self._leftovers.append(clear)
        else:
            Thread(target=clear, daemon=True).start()

    def tidy(self) -> None:
        """Remove what was put off, now that nobody waits for anything."""
        leftovers, self._leftovers = self._leftovers, []
        for clear in leftovers:
            clear()

    def _remove_all(self, job: Job) -> None:
        launch = job.launch
        if not self.site.options.keep_work:
            self.site.folder.remove_work(launch.path, launch.attempt)
        self.site.folder.remove_private(launch.path, launch.attempt)
        for path in job.paths:
            remove(Path(path))
        if job.prepared is not None and job.prepared.left.stdout is not None:
            remove(job.prepared.left.stdout)
