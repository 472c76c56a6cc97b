"""Which DAG run a run is: kept in the run's folder, so that it is found again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from couler_jupyter.errors import StoreFailed
from couler_jupyter.runs import RunStore

_FILE, _TEXT = "airflow.json", "dag.py"
_TRIGGERED, _CANCELLED = "airflow.triggered", "airflow.cancelled"
_PREFIX = "couler__"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What was handed to Airflow, and under which names.

    Attributes:
        dag: id of the DAG; run: id of the DAG run.
        file: name of the DAG file; empty where none was written.
        place: where that is, as a path or a URL.
        failed_before: when Airflow last failed to load a file of that name, as it says.
        since: when it was handed over, seconds since the epoch.
    """

    dag: str
    run: str
    file: str = ""
    place: str = ""
    failed_before: str = ""
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class Marks:
    """What has been done with a run: a file each, so that processes do not overwrite."""

    folder: Path

    @classmethod
    def of(cls, store: RunStore, run_id: str) -> Marks:
        """Return those of a run."""
        return cls(store.folder(run_id))

    @property
    def triggered(self) -> bool:
        """Whether Airflow was told to run it."""
        return (self.folder / _TRIGGERED).exists()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked here for it to be stopped."""
        return (self.folder / _CANCELLED).exists()

    def trigger(self) -> None:
        """Note that Airflow was told to run it."""
        (self.folder / _TRIGGERED).touch()

    def cancel(self) -> None:
        """Note that it is to be stopped."""
        (self.folder / _CANCELLED).touch()

    def go_on(self) -> None:
        """Forget that it was to be stopped."""
        (self.folder / _CANCELLED).unlink(missing_ok=True)


def run_name(run_id: str) -> str:
    """Return the id of the DAG run that a run here becomes.

    >>> run_name("coin-1a"), run_here("couler__coin-1a"), run_here("manual__2026")
    ('couler__coin-1a', 'coin-1a', '')
    """
    return f"{_PREFIX}{run_id}"


def run_here(name: str) -> str:
    """Return the id of the run here that a DAG run seems to be; empty for none."""
    return name.removeprefix(_PREFIX) if name.startswith(_PREFIX) else ""


def keep_handed(store: RunStore, run_id: str, handed: Handed, text: str) -> None:
    """Write down what was handed over, whole or not at all.

    Args:
        store: where the run is.
        run_id: the run.
        handed: what was handed over.
        text: of its DAG file; empty where none was written.

    Raises:
        StoreFailed: it cannot be written.
    """
    path = store.folder(run_id) / _FILE
    part = path.with_name(f".{_FILE}.part")
    try:
        (path.parent / _TEXT).write_text(text, "utf-8")
        part.write_text(json.dumps(asdict(handed)), "utf-8")
        part.replace(path)
    except OSError as error:
        raise StoreFailed(f"{path}: {error.strerror}") from None


def handed_of(store: RunStore, run_id: str) -> Handed:
    """Return what was handed over.

    Raises:
        StoreFailed: it was not written down.
    """
    path = store.folder(run_id) / _FILE
    try:
        return Handed(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise StoreFailed(
            f"{path}: it does not tell which DAG run this run is: {error}"
        ) from None


def text_of(store: RunStore, run_id: str) -> str:
    """Return the text of the DAG file that was written for a run; empty for none.

    Raises:
        StoreFailed: it was not written down.
    """
    path = store.folder(run_id) / _TEXT
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise StoreFailed(f"{path}: {error}") from None


def was_handed(store: RunStore, run_id: str) -> bool:
    """Whether a run came so far that Airflow may know of it."""
    return (store.folder(run_id) / _FILE).exists()
