"""The arguments of a function, as they travel to its process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from couler_jupyter.engines.local.attempt import (
    Argument,
    DictOf,
    FilePath,
    Inline,
    ListOf,
    ValueFile,
)
from couler_jupyter.engines.local.placing.run_folder import RunFolder
from couler_jupyter.engines.local.scheduling.data import Data, Pickled, handle_in
from couler_jupyter.ir import Function, InputArtifact


def arguments_of(
    template: Function,
    inputs: Mapping[str, Data],
    places: Mapping[str, Path | list[Path]],
    folder: RunFolder,
) -> tuple[tuple[str, Argument], ...]:
    """Return the arguments by name: values as they are, artifacts as their paths.

    An optional artifact that is not there is None.
    """
    return tuple(
        (port.name, _path_of(places.get(port.name)))
        if isinstance(port, InputArtifact)
        else (port.name, _argument(inputs[port.name], folder))
        for port in template.inputs
    )


def _path_of(place: Path | list[Path] | None) -> Argument:
    if place is None:
        return Inline(None)
    if isinstance(place, list):
        return ListOf(tuple(map(FilePath, place)))
    return FilePath(place)


def _argument(value: Data, folder: RunFolder) -> Argument:
    if handle_in(value) is None:
        return Inline(value)
    if isinstance(value, Pickled):
        return ValueFile(folder.at(value.path), value.keys)
    if isinstance(value, list):
        return ListOf(tuple(_argument(part, folder) for part in value))
    return DictOf(tuple((key, _argument(part, folder)) for key, part in value.items()))
