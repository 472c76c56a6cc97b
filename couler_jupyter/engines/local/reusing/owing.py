"""Bytes that were not brought, for nobody was to read them; and who left them behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from threading import Lock

from couler_jupyter.engines.local.placing.run_folder import RunFolder
from couler_jupyter.engines.local.scheduling.data import Data, Kept, Pickled


class Owing:
    """What reused steps owe to those that read them after all. Safe to use from threads."""

    def __init__(self, folder: RunFolder) -> None:
        """Owe nothing yet; the folder is that of the run."""
        self._folder = folder
        self._makers: dict[str, str] = {}
        self._lock = Lock()

    def add(self, path: str, outputs: Mapping[str, Data]) -> None:
        """Owe the files of a step's outputs."""
        with self._lock:
            self._makers |= dict.fromkeys(_files(outputs.values()), path)

    def lacking(self, inputs: Mapping[str, Data]) -> tuple[str, ...]:
        """Return the paths of the steps that owe files which are among these."""
        if not self._makers:
            return ()
        with self._lock:
            makers = self._makers
            found = (makers[one] for one in _files(inputs.values()) if one in makers)
            return tuple(dict.fromkeys(found))

    def settle(self, path: str) -> None:
        """Owe nothing of a step any more: it was run, and left what it left."""
        with self._lock:
            for one in [one for one, maker in self._makers.items() if maker == path]:
                del self._makers[one]


def files_in(value: Data) -> Iterator[str]:
    """Yield the paths of the files that a value consists of, inside the run's folder."""
    match value:
        case Pickled(path=path) | Kept(path=path):
            yield path
        case list():
            for part in value:
                yield from files_in(part)
        case dict():
            for part in value.values():
                yield from files_in(part)
        case _:
            return


def _files(values: Iterable[Data]) -> Iterator[str]:
    return (path for value in values for path in files_in(value))
