"""What is known of a run from before it was resumed."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from couler_jupyter.engines.local.placing.run_folder import RunFolder
from couler_jupyter.engines.local.scheduling.data import Data, Kept, Pickled, decode
from couler_jupyter.engines.local.scheduling.desk import GLOBALS
from couler_jupyter.engines.local.scheduling.orders import Earlier
from couler_jupyter.ir import Phase
from couler_jupyter.runs import RunStore


def earlier_of(
    store: RunStore, run_id: str, folder: RunFolder, *, again: Collection[str] = ()
) -> dict[str, Earlier]:
    """Return what the store knows of each step path.

    A step whose outputs are no longer in the run's folder has to run again, and so have
    those at the paths in `again`.
    """
    outputs = {path: decode(text) for path, text in store.outputs(run_id).items()}
    found: dict[str, Earlier] = {}
    for path, record in store.steps(run_id).items():
        own = outputs.get(path, {})
        there = path not in again and all(
            _is_there(part, folder) for value in own.values() for part in _parts(value)
        )
        found[path] = Earlier(
            phase=record.phase if there else Phase.INTERRUPTED,
            attempt=record.attempt,
            outputs=own,
            exit_code=record.exit_code,
            started=record.started,
            finished=record.finished,
            message=record.message,
        )
    if GLOBALS in outputs:
        found[GLOBALS] = Earlier(phase=Phase.SUCCEEDED, outputs=outputs[GLOBALS])
    return found


def _parts(value: Data) -> Iterator[Data]:
    if isinstance(value, list):
        for part in value:
            yield from _parts(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _parts(part)
    else:
        yield value


def _is_there(part: Data, folder: RunFolder) -> bool:
    return not isinstance(part, Kept | Pickled) or folder.at(part.path).exists()
