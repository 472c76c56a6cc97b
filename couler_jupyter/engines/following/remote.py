"""Which object on a cluster a run is: kept in the run's folder, so that it is found."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from couler_jupyter.errors import StoreFailed
from couler_jupyter.runs import RunStore

_FILE = "remote.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteRun:
    """An object on a cluster, and how often it was run again.

    Attributes:
        namespace: where it is.
        name: what it is called there.
        uid: tells it from another one of that name.
        restarts: how often it was run again by itself.
        attempts: attempts of each step from before it was last run again, by path.
        followers: how many followers in the cluster were started for it.
    """

    namespace: str
    name: str
    uid: str
    restarts: int = 0
    attempts: Mapping[str, int] = field(default_factory=dict)
    followers: int = 0


def keep_remote(store: RunStore, run_id: str, remote: RemoteRun) -> None:
    """Write down which object a run is, whole or not at all.

    Raises:
        StoreFailed: it cannot be written.
    """
    path = store.folder(run_id) / _FILE
    part = path.with_name(f".{_FILE}.part")
    try:
        part.write_text(json.dumps(asdict(remote)), "utf-8")
        part.replace(path)
    except OSError as error:
        raise StoreFailed(f"{path}: {error.strerror}") from None


def has_remote(store: RunStore, run_id: str) -> bool:
    """Whether a run is an object on a cluster, or perhaps one that is not known."""
    settled = store.get(run_id).phase.ended
    return not settled or (store.folder(run_id) / _FILE).exists()


def remote_of(store: RunStore, run_id: str) -> RemoteRun:
    """Return which object a run is.

    Raises:
        StoreFailed: it was not written down.
    """
    path: Path = store.folder(run_id) / _FILE
    try:
        return RemoteRun(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise StoreFailed(
            f"{path}: it does not tell which workflow on the cluster this run is: {error}"
        ) from None


def attempts_so_far(
    store: RunStore, run_id: str, also: Collection[str] = ()
) -> dict[str, int]:
    """Return how often each step that did not succeed, or is in `also`, was tried."""
    return {
        path: one.attempt
        for path, one in store.steps(run_id).items()
        if one.attempt and (path in also or not one.phase.good)
    }
