"""The process that follows one run: `main([ROOT, RUN_ID])`.

It only looks on: it changes nothing on the server.
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
    from couler_jupyter.engines.kubeflow.engine import Kubeflow
    from couler_jupyter.engines.kubeflow.live.following import Following
    from couler_jupyter.engines.kubeflow.live.opening import open_server
    from couler_jupyter.engines.kubeflow.live.options import LiveOptions
    from couler_jupyter.ir import from_json

    record = store.get(run_id)
    if record.phase.ended:
        return os.EX_OK
    try:
        options = LiveOptions.of(json.loads(record.options))
        compiler = Kubeflow(**options.compile)
        following = Following(
            store,
            record,
            remote_of(store, run_id),
            open_server(options),
            options,
            workflow=compiler.lower(from_json(record.document)),
            image=compiler.image,
        )
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
