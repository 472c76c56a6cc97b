"""The process that follows one run: `python -m couler_jupyter.engines.airflow.live.follower`.

It has a session of its own, so that it outlives the kernel that started it. It waits
until Airflow has read the DAG file, triggers the run, and tells of it.

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
    from couler_jupyter.engines.airflow.engine import Airflow
    from couler_jupyter.engines.airflow.live.following import Following
    from couler_jupyter.engines.airflow.live.handed import handed_of, text_of
    from couler_jupyter.engines.airflow.live.opening import open_server
    from couler_jupyter.engines.airflow.live.starting import Start
    from couler_jupyter.ir import from_json

    record = store.get(run_id)
    if record.phase.ended:
        return os.EX_OK
    try:
        chosen, engine = Airflow(store).chosen(json.loads(record.options))
        handed = handed_of(store, run_id)
        server = open_server(chosen)
        workflow = engine.lower(from_json(record.document))
        following = Following(
            store,
            record,
            handed,
            server,
            options=chosen,
            workflow=workflow,
            setting=engine.setting,
            start=Start(
                server=server,
                handed=handed,
                text=text_of(store, run_id),
                conf=json.loads(record.arguments),
                options=chosen,
            ),
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
