"""What a follower in the cluster has to know of a run, in few bytes.

All of it is in a ConfigMap beside the Workflow: what was asked for, what of that was left
to run, and which Workflow it is. No secret is in it.
"""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from couler_jupyter.engines.argo.live.options import LiveOptions
from couler_jupyter.engines.argo.live.parts.kept import Kept
from couler_jupyter.engines.following.remote import RemoteRun, keep_remote
from couler_jupyter.errors import StoreFailed, SubmitFailed
from couler_jupyter.ir import Json, Phase, RunEvent, from_json
from couler_jupyter.runs import RunRecord, RunStore
from couler_jupyter.version import __version__

FORMAT = 1
_MOST = 900_000
"""Bytes: an object of Kubernetes may have 1 MiB, and these are written in base 64."""
_KEPT = "*.json"
"""What of a run's folder goes along."""


def note_of(store: RunStore, run_id: str, remote: RemoteRun) -> bytes:
    """Return all that is needed to follow a run from elsewhere.

    Raises:
        SubmitFailed: that is more than the cluster takes, or an input cannot be read.
    """
    record = store.get(run_id)
    folder = store.folder(run_id)
    told: Json = {
        "format": FORMAT,
        "version": __version__,
        "run": {
            "run": record.id,
            "workflow": record.workflow,
            "engine": record.engine,
            "document": record.document,
            "arguments": record.arguments,
        },
        "options": _options(record),
        "remote": asdict(replace(remote, followers=0)),  # who reads it follows
        "files": {one.name: one.read_text("utf-8") for one in folder.glob(_KEPT)},
        "parts": Kept.of(folder).texts(),
        "inputs": dict(_inputs(record)),
        "settled": list(_settled(store, run_id)),
    }
    data = gzip.compress(json.dumps(told).encode(), mtime=0)
    if len(data) * 4 / 3 > _MOST:
        raise SubmitFailed(
            f"run {run_id}: what a follower in the cluster has to know of it is "
            f"{len(data):,} bytes, and {int(_MOST * 3 / 4):,} fit; use follower=here"
        )
    return data


def unpacked(data: bytes, root: Path) -> tuple[RunStore, str]:
    """Return a run store with the run that a note tells of, and its id.

    Args:
        data: the note.
        root: an empty folder.

    Raises:
        StoreFailed: it is no note, or one of another version.
    """
    told = _read(data)
    store = RunStore(root / "runs")
    given = json.loads(told["run"]["arguments"])
    given |= _files(told["inputs"], root / "inputs")
    about = {**told["run"], "arguments": json.dumps(given)}
    options = told["options"] | {"folder": str(root)}
    record = store.create(**about, options=json.dumps(options), remote=True)
    for name, text in told["files"].items():
        (store.folder(record.id) / Path(name).name).write_text(text, "utf-8")
    Kept.of(store.folder(record.id)).begin_with(told.get("parts", {}))
    keep_remote(store, record.id, RemoteRun(**told["remote"]))
    events = [
        RunEvent(step=path, phase=Phase(phase), time=time.time())
        for path, phase in told["settled"]
    ]
    store.record(record.id, events)
    return store, record.id


def _read(data: bytes) -> Json:
    try:
        told = json.loads(gzip.decompress(data))
        found = told["format"]
    except (OSError, EOFError, ValueError, TypeError, KeyError) as error:
        raise StoreFailed(f"this is no note of a run: {error}") from None
    if found != FORMAT:
        raise StoreFailed(
            f"the run was submitted by version {told.get('version')}, and this is "
            f"{__version__}; make the image of the follower anew"
        )
    return told


def _options(record: RunRecord) -> Json:
    """Return the options of one who only keeps; what changes a run is left to others."""
    chosen = LiveOptions.of(json.loads(record.options))
    inside = replace(
        chosen,
        kubeconfig="",
        context="",
        follower="here",
        logs=False,
        patience=0.0,
        restarts=0,
        copy_patience=0.0,
    )
    return inside.to_json()


def _inputs(record: RunRecord) -> Iterator[tuple[str, list[str]]]:
    """Yield files of this machine that the run was given: what they are called, and hold."""
    given = json.loads(record.arguments)
    for one in from_json(record.document).artifacts:
        if one.name in given:
            path = Path(given[one.name])
            try:
                yield one.name, [path.name, path.read_text("utf-8")]
            except (OSError, ValueError) as error:
                raise SubmitFailed(f"artifact {one.name!r}: {path}: {error}") from None


def _files(inputs: dict[str, list[str]], folder: Path) -> dict[str, str]:
    """Write down what a run was given; return where, by name."""
    found: dict[str, str] = {}
    for number, (name, (called, text)) in enumerate(inputs.items()):
        path = folder / f"{number}" / Path(called).name
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")
        found[name] = str(path)
    return found


def _settled(store: RunStore, run_id: str) -> Iterator[tuple[str, str]]:
    """Yield the steps that did not have to run, and how they stand."""
    for path, one in store.steps(run_id).items():
        if path and one.phase.ended and not one.attempt:
            yield path, one.phase.value
