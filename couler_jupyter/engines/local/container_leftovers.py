"""Removes the containers that a run left behind when its supervisor was killed.

It runs in a process of its own, `python -m ...container_leftovers URL RUN DRIVE`, too.
"""

from __future__ import annotations

import sys

from couler_jupyter.engines.local.container_service import (
    DRIVE_LABEL,
    RUN_LABEL,
    connect,
)


def remove_leftovers(url: str, run: str, drive: str = "") -> int:
    """Kill and remove every container of a run; return how many there were.

    Args:
        url: of the container service.
        run: id of the run.
        drive: which of its supervisors made them, as a run that is resumed has one
            after the other; empty for any.

    Raises:
        ContainersMissing: nothing answers there.
    """
    from docker.errors import NotFound

    client = connect(url)
    labels = [f"{RUN_LABEL}={run}", *([f"{DRIVE_LABEL}={drive}"] if drive else [])]
    found = client.containers.list(
        all=True, filters={"label": labels}, ignore_removed=True
    )
    for container in found:
        try:
            container.remove(force=True, v=True)
        except NotFound:
            continue  # somebody else was quicker
    client.close()
    return len(found)


def leftover_command(url: str, run: str, drive: str) -> tuple[str, ...]:
    """Return the command that removes what one supervisor of a run left behind."""
    return (sys.executable, "-m", __name__, url, run, drive)


if __name__ == "__main__":
    remove_leftovers(*sys.argv[1:])
