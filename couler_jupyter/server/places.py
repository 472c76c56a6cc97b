"""Where workflows can run: engines, targets, and whether a target answers."""

from __future__ import annotations

import time
from pathlib import Path

from couler_jupyter.engines import ENGINES, Remote, Submitter
from couler_jupyter.errors import CoulerError, UsageFailed
from couler_jupyter.protocol import VERSION, one_line
from couler_jupyter.server.answers import (
    EngineEntry,
    EnginesAnswer,
    HealthAnswer,
    TargetEntry,
    TargetsAnswer,
)
from couler_jupyter.server.desk import Desk
from couler_jupyter.server.route import Given
from couler_jupyter.server.threads import within
from couler_jupyter.targets import Target, load_targets, secret_fault, target_named

_PATIENCE = 10.0
"""Seconds after which a target that says nothing is not well."""


def engines(desk: Desk, given: Given) -> EnginesAnswer:
    """Return all engines; one that cannot be loaded says why."""
    del desk, given
    found = [_engine(name) for name in ENGINES.names()]
    return {"type": "engines", "version": VERSION, "engines": found}


def targets(desk: Desk, given: Given) -> TargetsAnswer:
    """Return all targets, those of a notebook's own folder too."""
    found = load_targets(_folder_of(desk, given.text("notebook")))
    return {
        "type": "targets",
        "version": VERSION,
        "targets": [_target(one) for one in found],
    }


def health(desk: Desk, given: Given) -> HealthAnswer:
    """Ask a target whether it answers; where it does not, that is the answer."""
    folder = _folder_of(desk, given.text("notebook"))
    target = target_named(given.text("target"), folder)
    begun = time.monotonic()
    try:
        ok, message = True, within(_PATIENCE, lambda: _asked(desk, target))
    except TimeoutError:
        ok, message = False, f"no answer within {_PATIENCE:g} s"
    except CoulerError as error:
        ok, message = False, one_line(str(error))
    return {
        "type": "health",
        "version": VERSION,
        "target": target.name,
        "ok": ok,
        "message": message,
        "seconds": round(time.monotonic() - begun, 3),
    }


def _asked(desk: Desk, target: Target) -> str:
    faults = (secret_fault(reference) for reference in target.secrets.values())
    if wrong := [fault for fault in faults if fault]:
        raise UsageFailed("; ".join(wrong))
    engine = desk.engine_named(target.engine)
    if isinstance(engine, Remote):
        engine.listed(target.run_options(), limit=1)
        return "it answers"
    runs = isinstance(engine, Submitter)
    return "this machine" if runs else f"{engine.name} only compiles"


def _engine(name: str) -> EngineEntry:
    try:
        found = ENGINES.get(name)
    except ImportError as error:
        why = one_line(f"cannot be loaded: {error}")
        return {"name": name, "runs": False, "remote": False, "about": why}
    return {
        "name": name,
        "runs": issubclass(found, Submitter),
        "remote": issubclass(found, Remote),
        "about": one_line((found.__doc__ or "").strip().partition("\n")[0]),
    }


def _target(one: Target) -> TargetEntry:
    return {
        "name": one.name,
        "engine": one.engine,
        "options": dict(one.options),
        "secrets": [
            {
                "name": name,
                "reference": reference,
                "fault": secret_fault(reference) or "",
            }
            for name, reference in one.secrets.items()
        ],
        "origin": one.origin,
    }


def _folder_of(desk: Desk, notebook: str) -> Path | None:
    """Return the folder of a notebook, by its path as Jupyter has it.

    Raises:
        UsageFailed: it is not below the folder that Jupyter serves.
    """
    if not notebook:
        return None
    try:
        root = desk.folder.resolve()
        folder = (root / notebook.lstrip("/")).resolve().parent
    except (OSError, RuntimeError, ValueError):
        raise UsageFailed("notebook: that is no path") from None
    if not folder.is_relative_to(root):
        raise UsageFailed("notebook: its path is not below the folder that is served")
    return folder
