"""The datasets of one run: each version is read once, kept for later runs, and placed."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Thread
from uuid import uuid4

from couler_jupyter.engines.local.datasets.meaning import (
    CONTENT,
    has_content,
    id_in,
    identity_of,
    is_meant,
    names_of,
    shown,
)
from couler_jupyter.engines.local.datasets.once import Once
from couler_jupyter.engines.local.datasets.reading import read
from couler_jupyter.engines.local.datasets.shelving import Shelving
from couler_jupyter.engines.local.placing.copying import writes_to
from couler_jupyter.engines.local.placing.run_folder import RunFolder, remove
from couler_jupyter.engines.local.secrets import Secrets
from couler_jupyter.engines.local.storing.trouble import StorageTrouble
from couler_jupyter.engines.local.storing.versions import version_of
from couler_jupyter.engines.shelf import Copy, Shelf
from couler_jupyter.ir import Dataset

_PATIENCE = 120.0
"""Seconds that a run which is over waits for what it read to be kept."""


@dataclass(frozen=True, slots=True)
class _Brought:
    """Bytes of a dataset in the run's folder, and what they looked like at first."""

    path: Path
    writes: tuple[tuple[int, int], ...]

    @classmethod
    def to(cls, path: Path) -> _Brought:
        return cls(path, writes_to(path))

    @property
    def is_touched(self) -> bool:
        """Whether a step has forced its way into a file that is linked to its own."""
        return writes_to(self.path) != self.writes


class Datasets:
    """What a run has read of its datasets. Safe to use from threads.

    All that reads raises `StorageTrouble`, or `NoSecret`.
    """

    def __init__(self, folder: RunFolder, secrets: Secrets) -> None:
        """Have read nothing yet, and keep nothing."""
        self._folder = folder
        self._secrets = secrets
        self._shelf = Shelving()
        self._asked: Once[Dataset, Copy | str] = Once()
        self._copies: Once[Dataset, Copy] = Once()
        self._paths: Once[tuple[str, str], _Brought] = Once()
        self._keepers: list[Thread] = []

    def keep_on(self, shelf: Shelf) -> None:
        """Read from a shelf and keep there, from now on."""
        self._shelf = Shelving(shelf)

    def copy(self, one: Dataset) -> Copy:
        """Return which version of a dataset the run reads; it is read if nobody has."""
        found = self._copies.get(one, partial(self._found, one))
        self._shelf.met(found)
        return found

    def known(self, one: Dataset) -> Copy | None:
        """Return which version the run reads if that is known without reading it."""
        found = self._copies.done(one) or self._asked.get(one, partial(self._ask, one))
        return found if isinstance(found, Copy) else None

    def path(self, one: Dataset) -> Path:
        """Return a file or folder of the run with the bytes of a dataset; read only."""
        copy = self.copy(one)
        place, bring = _place(copy), partial(self._brought, one, copy)
        found = self._paths.get(place, bring)
        if found.is_touched:
            self._paths.forget(place)
            found = self._paths.get(place, bring)
        return found.path

    def close(self) -> None:
        """Wait until what was read is kept, but not for ever."""
        end = time.monotonic() + _PATIENCE
        for keeper in self._keepers:
            keeper.join(max(0.0, end - time.monotonic()))

    def _ask(self, one: Dataset) -> Copy | str:
        """Return the version that is meant, or only what it is called."""
        name = identity_of(one.source)
        if found := self._shelf.copy(name, *names_of(str(one.version))):
            return found
        last = self._shelf.latest(name)
        if last is not None and not one.version and 0 <= last[1] <= one.max_age:
            return last[0]
        version = self._version(one, last)
        if not is_meant(one, version):
            raise _another(one, version)
        found = self._shelf.copy(name, version) if version else None
        if found is None:
            return version
        if not has_content(one, found):
            raise _another(one, f"{CONTENT}{found.content}")
        if last is None or last[0].version != version or one.max_age:
            self._shelf.saw(found)
        return found

    def _version(self, one: Dataset, last: tuple[Copy, float] | None) -> str:
        known = last[0].version if last else ""
        try:
            return version_of(one.source, self._secrets, known=known, wanted=id_in(one))
        except StorageTrouble as trouble:
            if last is None or not trouble.transient or one.version:
                raise
            what = (
                f"{trouble}; version {known}, seen {last[1]:.0f} s ago, may be read "
                "without asking if the dataset says version= or max_age="
            )
            raise StorageTrouble(what, transient=True) from None

    def _found(self, one: Dataset) -> Copy:
        known = self._asked.get(one, partial(self._ask, one))
        if isinstance(known, Copy):
            return known
        copy, path = self._read(one, known)
        self._paths.put(_place(copy), _Brought.to(path))
        return copy

    def _brought(self, one: Dataset, copy: Copy) -> _Brought:
        """Return where the bytes of a version are, which may no longer be kept."""
        path = self._new_path(copy)
        if self._shelf.bring(copy, path):
            return _Brought.to(path)
        remove(path.parent)
        new, path = self._read(one, copy.version)
        if _place(new) != _place(copy) or new.content != copy.content:
            self._forget(one, new, path)
            now = new.version
            if now == copy.version:
                now = f"other bytes of that version, {CONTENT}{new.content}"
            what = (
                f"{copy.name} was {copy.version} when the run looked and is {now} now"
            )
            raise StorageTrouble(what, transient=True)
        return _Brought.to(path)

    def _forget(self, one: Dataset, new: Copy, path: Path) -> None:
        """Have the next who asks get what lies there now."""
        self._asked.put(one, new)
        self._paths.put(_place(new), _Brought.to(path))
        self._copies.forget(one)

    def _read(self, one: Dataset, version: str) -> tuple[Copy, Path]:
        """Read a dataset, unless another run does: then wait and take what that read."""
        with ExitStack() as stack:
            name = identity_of(one.source)
            stack.enter_context(self._shelf.alone(name))
            other = self._shelf.copy(name, version) if version else None
            if other is not None and has_content(one, other):
                path = self._new_path(other)
                if self._shelf.bring(other, path):
                    return other, path
                remove(path.parent)
            blank = Copy(
                dataset=name,
                name=shown(one.source),
                version="",
                content="",
                file="",
                folder=False,
                size=0,
                seconds=0.0,
            )
            copy, path = read(one, blank, self._new_path(blank), self._secrets)
            found = replace(copy, version=copy.version or f"{CONTENT}{copy.content}")
            if not (is_meant(one, found.version) and has_content(one, found)):
                remove(path.parent)
                named = str(one.version).startswith(CONTENT)
                raise _another(
                    one, f"{CONTENT}{copy.content}" if named else found.version
                )
            # what nothing tells from its next version would never be found again
            if copy.version or one.version or one.max_age:
                self._keep(found, path, stack.pop_all())
        return found, path

    def _keep(self, copy: Copy, path: Path, waiting: ExitStack) -> None:
        """Keep what was read while the run goes on; others may go on after that."""

        def keep() -> None:
            with waiting:
                self._shelf.keep(copy, path)

        keeper = Thread(target=keep, daemon=True, name="couler-keeping")
        self._keepers.append(keeper)
        keeper.start()

    def _new_path(self, copy: Copy) -> Path:
        return self._folder.dataset(uuid4().hex) / (copy.file or "data")


def _place(copy: Copy) -> tuple[str, str]:
    return copy.dataset, copy.version


def _another(one: Dataset, version: str) -> StorageTrouble:
    what = "nothing" if not version else f"version {version}"
    return StorageTrouble(f"{shown(one.source)} has {what} now, not {one.version}")
