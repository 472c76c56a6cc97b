"""The process that follows one run: `python -m couler_jupyter.engines.argo.live.follower`.

It has a session of its own, so that it outlives the kernel that started it, and it
changes nothing on the cluster unless the run's options say so.

    follower ROOT RUN_ID
"""

from __future__ import annotations

import json
import os
import sys

from couler_jupyter.engines.following.process import (
    FAILED,
    follow_alone,
    tell_unfollowed,
)
from couler_jupyter.errors import CoulerError
from couler_jupyter.runs import RunStore


def main(argv: list[str]) -> int:
    """Follow the run to its end; return the exit code."""
    return follow_alone(argv, follow)


def follow(store: RunStore, run_id: str, *, keeps: bool = False) -> int:
    """Follow a run that is held to its end; return the exit code.

    Args:
        store: where it is told.
        run_id: the run.
        keeps: whether to keep what it makes is the point of it: nothing is followed
            where that cannot be done; but one in parts is driven all the same.
    """
    from couler_jupyter.engines.argo.live.following import Following
    from couler_jupyter.engines.argo.live.in_cluster.sending import is_kept_there
    from couler_jupyter.engines.argo.live.opening import open_door
    from couler_jupyter.engines.argo.live.options import LiveOptions
    from couler_jupyter.engines.argo.live.parts.door import PartsDoor
    from couler_jupyter.engines.argo.live.parts.starting import as_one
    from couler_jupyter.engines.argo.live.starting import witness_of
    from couler_jupyter.engines.following.remote import remote_of

    record = store.get(run_id)
    if record.phase.ended:
        return os.EX_OK
    try:
        options = LiveOptions.of(json.loads(record.options))
        remote = remote_of(store, run_id)
        door = open_door(options, namespace=remote.namespace)
        door = as_one(door, store, run_id, remote, options)
        if keeps:
            door.get(remote.name, whole=False)  # who may not look ends at once
        witness = (
            None
            if is_kept_there(door, run_id, remote)
            else witness_of(store, record, options)
        )
        if keeps and witness is None and not isinstance(door, PartsDoor):
            return FAILED
        following = Following(store, record, remote, door, options, witness=witness)
    except CoulerError as error:
        tell_unfollowed(store, run_id, str(error))
        return FAILED
    try:
        following.run()
    finally:
        following.close()
    return os.EX_OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
