"""Which setting was chosen for a step that is to be tuned, kept for the next run.

It is found again by what the step asks for (space, cards, metric), not by its name: the
same wish in another notebook finds the same setting.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

from couler_jupyter.errors import StoreFailed, TuningFault
from couler_jupyter.ir import Json, Setting, Step, Tune, Workflow, places_in
from couler_jupyter.passes import Tuned
from couler_jupyter.runs import RunStore
from couler_jupyter.tuning.logs import Shelf

_FOLDER: Final = "chosen"
_PLAIN: Final = (
    "source",
    "value",
    "low",
    "high",
    "level",
    "calibrated",
    "measured",
    "usual_value",
)


def shelf_of(store: RunStore) -> Shelf:
    """Return the logs and choices that go with a run store."""
    return Shelf(store.root / "tuning")


def choose(shelf: Shelf, tune: Tune, chosen: Tuned) -> None:
    """Keep which setting was chosen, instead of the one before.

    Raises:
        TuningFault: it is no setting of the space.
        StoreFailed: it cannot be written.
    """
    tune.space.setting(chosen.setting.as_dict())
    told: dict[str, Json] = {name: getattr(chosen, name) for name in _PLAIN}
    told["setting"] = chosen.setting.as_dict()
    told["usual"] = None if chosen.usual is None else chosen.usual.as_dict()
    path = _path(shelf, tune)
    beside = path.with_name(f"{path.name}.{uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(told), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise StoreFailed(f"what was chosen cannot be kept: {error}") from error


def forget(shelf: Shelf, tune: Tune) -> bool:
    """Choose nothing any more; return whether anything was chosen."""
    path = _path(shelf, tune)
    there = path.exists()
    with suppress(FileNotFoundError):
        path.unlink()
    return there


def chosen_of(shelf: Shelf, tune: Tune) -> Tuned | None:
    """Return which setting was chosen; None if none was.

    Raises:
        StoreFailed: what is kept cannot be read.
    """
    path = _path(shelf, tune)
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StoreFailed(f"{path}: {error}") from error
    try:
        usual = told["usual"]
        return Tuned(
            setting=tune.space.setting(told["setting"]),
            usual=None if usual is None else Setting.of(usual),
            **{name: told[name] for name in _PLAIN},
        )
    except (TuningFault, KeyError, TypeError, AttributeError) as error:
        raise StoreFailed(f"{path} holds no setting of the space: {error}") from error


def chosen_in(shelf: Shelf, workflow: Workflow) -> Mapping[str, Tuned]:
    """Return what was chosen for the steps of a workflow, by path.

    Raises:
        StoreFailed: what is kept cannot be read.
    """
    found: dict[str, Tuned] = {}
    for one, path in places_in(workflow):
        if isinstance(one, Step) and one.tune is not None:
            chosen = chosen_of(shelf, one.tune)
            if chosen is not None:
                found[path] = chosen
    return found


def _path(shelf: Shelf, tune: Tune) -> Path:
    return shelf.folder / _FOLDER / f"{digest_of(tune)}.json"


def digest_of(tune: Tune) -> str:
    """Return the same text for what is chosen from the same, for the same data and model."""
    parts = (
        repr(tune.space.dimensions),
        repr(tune.space.conditions),
        tune.data.key,
        tune.model.key,
        repr(tune.goal),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
