"""What steps left behind, as Python has it; read from disk when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from couler_jupyter.engines.local.scheduling.data import (
    Data,
    Kept,
    Located,
    Pickled,
    handle_in,
    told,
)


class Made(Mapping[str, object]):
    """The outputs of one step, by name.

    An artifact is the path where it is kept; a value that is no JSON is unpickled
    when it is asked for, and only then.
    """

    def __init__(self, outputs: Mapping[str, Data], folder: Path) -> None:
        self._outputs = outputs
        self._folder = folder

    def __getitem__(self, name: str) -> object:
        """Return one output.

        Raises:
            BadValue: it needs what is not there, or was written by another user.
        """
        return self._loaded(self._outputs[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._outputs)

    def __len__(self) -> int:
        return len(self._outputs)

    def __repr__(self) -> str:
        parts = (f"{name!r}: {_shown(value)}" for name, value in self._outputs.items())
        return f"{{{', '.join(parts)}}}"

    def _loaded(self, value: Data) -> object:
        match value:
            case Pickled(path=path, keys=keys):
                from couler_jupyter.engines.local.values import part_of, read_value

                return part_of(read_value(self._folder / path), keys)
            case Kept(path=path):
                return self._folder / path
            case Located(storage=storage):
                return storage
            case list():
                return [self._loaded(part) for part in value]
            case dict():
                return {key: self._loaded(part) for key, part in value.items()}
            case _:
                return value


def _shown(value: Data) -> str:
    handle = handle_in(value)
    if handle is None:
        return repr(value)
    return f"<{told(handle)}>" if handle is value else f"<holds {told(handle)}>"
