"""What data is by its content: a text that is the same for the same content."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from couler_jupyter.engines.cache import Content, Kind
from couler_jupyter.engines.local.datasets.given import dataset_in, datasets_of
from couler_jupyter.engines.local.placing.copying import measure
from couler_jupyter.engines.local.reusing.portable import digest_of
from couler_jupyter.engines.local.scheduling.data import Data, Kept, Located, Pickled
from couler_jupyter.engines.local.secrets import NoSecret
from couler_jupyter.engines.local.storing.trouble import StorageTrouble
from couler_jupyter.engines.shelf import Copy
from couler_jupyter.ir import Inline, Json, LocalPath, Step

if TYPE_CHECKING:
    from couler_jupyter.engines.local.datasets.datasets import Datasets

_HASHED = 64 << 20
"""Bytes up to which a file of the user is told by its content; a larger one by its
name, size and time."""
_RUNS = 0o100
"""The permission that makes a file a program."""


class Unclear(ValueError):
    """Whether something is the same as before cannot be told; says what."""


class Contents:
    """Tells the contents of a run's data; each value file is read once.

    Attributes:
        folder: the run's folder.
        user_folder: what relative paths of this machine are relative to.
    """

    def __init__(
        self,
        folder: Path,
        user_folder: Path,
        datasets: Datasets | None = None,
        *,
        on_paper: bool = False,
    ) -> None:
        """Tell the contents of a run's data.

        Args:
            folder: of the run.
            user_folder: what relative paths of this machine are relative to.
            datasets: what the run reads of its datasets, if there are any.
            on_paper: whether nothing is to be read only to be told.
        """
        self.folder = folder
        self.user_folder = user_folder
        self._datasets = datasets
        self._on_paper = on_paper
        self._digests: dict[str, str] = {}
        self._programs: dict[str, bool] = {}

    def copies(self, step: Step, inputs: Mapping[str, Data]) -> tuple[Copy, ...]:
        """Return the versions of the datasets among a step's inputs that were told."""
        if self._datasets is None:
            return ()
        found = map(self._datasets.known, datasets_of(step, inputs))
        return tuple(dict.fromkeys(one for one in found if one is not None))

    def know(self, pickled: Pickled, digest: str) -> None:
        """Take the digest of a value file that was just brought."""
        self._digests[pickled.path] = digest

    def made_again(self, values: Iterable[Data]) -> None:
        """Take what files are now whose bytes were made again after all.

        A step that does not always do the same may have left something else.
        """
        for value in values:
            if isinstance(value, Pickled):
                self._digests.pop(value.path, None)
            elif isinstance(value, Kept):
                self._digests[value.path] = value.sha256
                self._programs.pop(value.path, None)

    def know_mode(self, kept: Kept, mode: int) -> None:
        """Take the permissions of an artifact, whose bytes need not be there."""
        self._programs[kept.path] = bool(mode & _RUNS)

    def knows(self, value: Data) -> bool:
        """Whether telling a value takes no time worth a thread."""
        match value:
            case Pickled(path=path):
                return path in self._digests
            case Located():
                return False
            case list():
                return all(map(self.knows, value))
            case dict():
                return all(map(self.knows, value.values()))
            case _:
                return True

    def text(self, value: Data, *, trusting: bool = True) -> str:
        """Return the text of an input.

        Args:
            value: what is given.
            trusting: take what lies in a storage elsewhere for the same as long as it
                lies in the same place.

        Raises:
            Unclear: what it is cannot be told.
            OSError: a file cannot be read.
        """
        return json.dumps(self._told(value, trusting), ensure_ascii=False)

    def output(self, value: Data) -> Content:
        """Return the content of an output."""
        match value:
            case Pickled(type=name):
                told: Json = {"type": name}
                return Content(kind=Kind.PICKLE, text=self._pickled(value), value=told)
            case Kept():
                name = Path(value.path).name
                told = {
                    "name": name,
                    "size": value.size,
                    "storage": value.storage,
                    "mode": (self.folder / value.path).stat().st_mode & 0o777,
                }
                kind = Kind.FOLDER if value.folder else Kind.FILE
                return Content(kind=kind, text=value.sha256, value=told)
            case _:
                return Content(kind=Kind.JSON, text=self.text(value), value=value)

    def _told(self, value: Data, trusting: bool) -> Json:
        match value:
            case Pickled(keys=keys):
                return {"$pickle": [self._pickled(value), list(keys)]}
            case Kept(sha256=digest, folder=folder, path=path):
                digest = self._digests.get(path, digest)
                program = () if folder or not self._is_program(path) else ("program",)
                return {"$kept": [digest, folder, Path(path).name, *program]}
            case Located(storage=Inline() as storage):
                return {"$inline": asdict(storage)}
            case Located(storage=LocalPath(path=path)):
                return {"$local": _local(self.user_folder / str(path))}
            case Located() if dataset_in(value) and self._datasets is not None:
                return {"$dataset": self._dataset(value, self._datasets)}
            case Located(storage=storage):
                kind = type(storage).__name__
                if trusting:
                    return {"$storage": [kind, asdict(storage)]}
                raise Unclear(f"nothing tells whether what lies in {kind} has changed")
            case list():
                return [self._told(part, trusting) for part in value]
            case dict():
                pairs = value.items()
                return {"$dict": [[k, self._told(one, trusting)] for k, one in pairs]}
            case _:
                return value

    def _is_program(self, path: str) -> bool:
        known = self._programs.get(path)
        if known is None:
            known = bool((self.folder / path).stat().st_mode & _RUNS)
            self._programs[path] = known
        return known

    def _dataset(self, value: Located, datasets: Datasets) -> Json:
        """Return what a dataset is; where nobody has read that version, it is read."""
        one = dataset_in(value)
        assert one is not None
        try:
            copy = datasets.known(one) if self._on_paper else datasets.copy(one)
        except (StorageTrouble, NoSecret) as error:
            if not self._on_paper:
                raise
            raise Unclear(str(error)) from None
        if copy is None:
            raise Unclear("nobody has read this version yet")
        return [copy.file, copy.folder, copy.content]

    def _pickled(self, value: Pickled) -> str:
        known = self._digests.get(value.path)
        if known is None:
            known = self._digests[value.path] = digest_of(self.folder / value.path)
        return known


def _local(path: Path) -> Json:
    """Return what a file or folder of the user is: by its content, if that is small."""
    if not path.exists():
        return ["missing", path.name]
    status = _stats(path)
    if sum(size for _, size, _ in status) <= _HASHED:
        program = ["program"] if path.is_file() and path.stat().st_mode & _RUNS else []
        return ["content", path.name, path.is_dir(), measure(path)[1], *program]
    return ["status", str(path.resolve()), [list(one) for one in status]]


def _stats(path: Path) -> list[tuple[str, int, int]]:
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    found: list[tuple[str, int, int]] = []
    for one in files:
        status = one.lstat()
        name = one.relative_to(path).as_posix()
        found.append((name, status.st_size, status.st_mtime_ns))
    return found
