"""The process that follows one run: `python -m couler_jupyter.engines.tekton.live.follower`.

It changes nothing on the cluster, but that it ends a run in which a step waits in vain.

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


def follow(store: RunStore, run_id: str) -> int:
    """Follow a run that is held to its end; return the exit code."""
    from couler_jupyter.engines.following.remote import remote_of
    from couler_jupyter.engines.tekton.engine import Tekton
    from couler_jupyter.engines.tekton.live.following import Following
    from couler_jupyter.engines.tekton.live.opening import open_door
    from couler_jupyter.engines.tekton.live.options import TektonOptions

    record = store.get(run_id)
    if record.phase.ended:
        return os.EX_OK
    try:
        options = TektonOptions.of(json.loads(record.options))
        remote = remote_of(store, run_id)
        door = open_door(options, namespace=remote.namespace)
        engine = Tekton(store).configured(options.compile)
        told = engine.told(record.document, record.arguments)
        following = Following(store, record, remote, door, options=options, told=told)
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
