"""The folder of a run: what lies where in it.

work/train.1/          working folder of the first attempt at `train`
values/train.1         value file of what a function returned
artifacts/train.1/     artifacts that are kept, a folder for each output
sources/               sources of functions and scripts, by digest
private/train.1/       secrets as files, while the attempt runs
datasets/              remote input that was read, while the run lasts
volumes/               volumes that are made for the run
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from couler_jupyter.runs.name import log_name

_PRIVATE = 0o700
_MADE = ("work", "values", "sources", "private")


class RunFolder:
    """Names, makes and removes what is in the folder of one run.

    Attributes:
        path: the folder.
        store: the folder of the run store, where things outlive a run.
    """

    def __init__(self, path: Path, store: Path) -> None:
        """Prepare the folder; it exists."""
        self.path = path
        self.store = store
        self._base = str(path)
        self._sources: dict[tuple[str, str], Path] = {}
        self._private: set[str] = set()
        for name in _MADE:
            (path / name).mkdir(mode=_PRIVATE, exist_ok=True)

    def within(self, path: Path) -> str:
        """Return a path inside the folder as outputs are written down with it."""
        return path.relative_to(self.path).as_posix()

    def at(self, within: str) -> Path:
        """Return the path that `within` told."""
        return self.path / within

    def make_work(self, step: str, attempt: int) -> Path:
        """Make the working folder of an attempt, empty."""
        work = self._of("work", step, attempt)
        try:
            os.mkdir(work, _PRIVATE)  # noqa: PTH102 (on every step's way)
        except FileExistsError:  # of an attempt that nobody could write down
            remove(work)
            Path(work).mkdir(_PRIVATE)
        return Path(work)

    def remove_work(self, step: str, attempt: int) -> None:
        """Remove the working folder of an attempt."""
        remove(self._of("work", step, attempt))

    def remove_private(self, step: str, attempt: int) -> None:
        """Remove what is private to an attempt."""
        private = self._of("private", step, attempt)
        if private in self._private:
            self._private.discard(private)
            remove(private)

    def sweep(self, *, keep_work: bool) -> None:
        """Remove what attempts left that nobody drives any more."""
        remove(self.path / "datasets")
        for kind in ("private",) if keep_work else ("private", "work"):
            for path in (self.path / kind).iterdir():
                remove(path)

    def dataset(self, name: str) -> Path:
        """Make a folder for a dataset that the run reads."""
        return _made(self.path / "datasets" / name)

    def make_private(self, step: str, attempt: int) -> Path:
        """Make a folder for the secrets of an attempt."""
        private = self._of("private", step, attempt)
        self._private.add(private)
        return _made(Path(private))

    def value(self, step: str, attempt: int) -> Path:
        """Return the value file of an attempt."""
        return Path(self._of("values", step, attempt))

    def artifacts(self, step: str, attempt: int) -> Path:
        """Return the folder for artifacts that an attempt leaves behind."""
        return Path(self._of("artifacts", step, attempt))

    def volume(self, name: str) -> Path:
        """Make a volume that lasts as long as the run."""
        return _made(self.path / "volumes" / name)

    def claim(self, name: str) -> Path:
        """Make or find a volume that outlives runs."""
        return _made(self.store / "volumes" / name)

    @property
    def repository(self) -> Path:
        """Where artifacts are that are kept under a key of their own."""
        return self.store / "artifacts"

    def source(self, text: str, suffix: str) -> Path:
        """Return a file with this text; equal texts share one."""
        known = self._sources.get((text, suffix))
        if known is None:
            data = text.encode("utf-8", "surrogateescape")
            name = hashlib.sha256(data).hexdigest()[:32] + suffix
            known = self._sources[text, suffix] = self.path / "sources" / name
            if not known.exists():
                write_whole(known, data)
        return known

    def _of(self, kind: str, step: str, attempt: int) -> str:
        return f"{self._base}/{kind}/{spot_of(step, attempt)}"


@lru_cache(maxsize=1024)
def spot_of(step: str, attempt: int) -> str:
    """Return what the files of an attempt are called, in whichever folder.

    >>> spot_of("tune/fit[3]", 1)
    'tune+fit@3.1'
    """
    return log_name(step, attempt).removesuffix(".log")


def write_whole(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file, whole or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fd = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(fd, "wb") as file:
            file.write(data)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def remove(path: Path | str) -> None:
    """Remove a file or a folder, if it is there; what links point to stays.

    A folder that its owner may not write goes, too.
    """
    try:
        os.rmdir(path)  # noqa: PTH106 (on every step's way, and mostly all there is)
    except FileNotFoundError:
        return
    except OSError:
        with suppress(FileNotFoundError):
            _remove_full(Path(path))


def _remove_full(path: Path) -> None:
    if not path.is_dir() or path.is_symlink():
        path.unlink()
        return
    try:
        shutil.rmtree(path)
    except PermissionError:
        for folder, _, _ in os.walk(path):
            Path(folder).chmod(_PRIVATE)
        shutil.rmtree(path)


def _made(path: Path) -> Path:
    path.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    return path
