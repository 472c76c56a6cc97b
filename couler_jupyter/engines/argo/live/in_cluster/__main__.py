"""What the Job runs with a note of a run: follows that to its end, keeps what it makes."""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType

from couler_jupyter.engines.argo.live.follower import follow
from couler_jupyter.engines.argo.live.in_cluster.note import unpacked
from couler_jupyter.errors import CoulerError

_FAILED = 1


def main(argv: list[str]) -> int:
    """Follow the run of a note; what is not 0 has the Job try again."""
    (note,) = argv
    signal.signal(signal.SIGTERM, _end)
    with tempfile.TemporaryDirectory(prefix="couler-follower-") as scratch:
        try:
            store, run_id = unpacked(Path(note).read_bytes(), Path(scratch))
            with store.hold(run_id):
                code = follow(store, run_id, keeps=True)
            ended = store.phase(run_id).ended
            store.close()
        except (CoulerError, OSError) as error:
            sys.stderr.write(f"{error}\n")
            return _FAILED
    return code or (0 if ended else _FAILED)


def _end(number: int, frame: FrameType | None) -> None:
    """End in good order: the first process of a pod has to say so itself."""
    del frame
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
