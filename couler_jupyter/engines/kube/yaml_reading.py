"""Manifests from strangers, YAML or JSON: plain objects, and where each of them stands.

Nothing is run or imported for a tag, what aliases stand for is bounded, and so are size
and depth. Words are read as Kubernetes reads them (see `scalars`); keys that are numbers
or truth values become the text that JSON has for them, as there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from couler_jupyter.engines.kube.places import (
    Mark,
    Marks,
    Path,
    Place,
    find,
    place_of,
)
from couler_jupyter.engines.kube.unreadable import Unreadable

if TYPE_CHECKING:
    from couler_jupyter.ir import Json

LARGEST = 16 * 2**20
"""Characters or bytes of a text at most; an API server takes 3 MiB."""
DEEPEST = 200
"""Levels of lists and mappings in a document at most."""


@dataclass(frozen=True, slots=True)
class Double:
    """A key that stands more than once in one mapping.

    Attributes:
        path: of the key; the last one that stands there is the one that is kept.
        place: where it stands again.
    """

    path: Path
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One document of a text.

    Attributes:
        value: its plain objects; what aliases stand for is shared, not copied.
        doubles: keys that stand twice.
    """

    value: Json
    doubles: tuple[Double, ...] = ()
    _marks: Marks = field(repr=False, compare=False)

    def place(self, path: Path = ()) -> Place:
        """Return where the value at `path` stands."""
        return find(self._marks, path)

    def key_place(self, path: Path) -> Place:
        """Return where the key of the value at `path` stands."""
        return find(self._marks, path, key=True)


def read_file(path: FilePath, *, doubles: bool = False) -> tuple[Read, ...]:
    """Return the documents of a file; see `read_text`.

    Raises:
        Unreadable: as there, and for a file that cannot be read.
    """
    return read_text(text_of(path), doubles=doubles)


def text_of(path: FilePath) -> str:
    """Return the text of a file; never more than `LARGEST` of it is read.

    Raises:
        Unreadable: it cannot be read, is longer than that, or no UTF-8 text.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from None
    if len(content) > LARGEST:
        raise Unreadable(_TOO_LARGE)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise Unreadable("no UTF-8 text", Place(line, column)) from None


def read_text(
    text: str, *, doubles: bool = False, letters: bool = False
) -> tuple[Read, ...]:
    """Return the documents that a text holds, without the empty ones.

    Args:
        text: YAML, of one document or several, or one JSON value.
        doubles: whether keys that stand twice are listed instead of refused.
        letters: whether `y` and `n` are text, as Python's readers have it.

    Raises:
        Unreadable: it is neither, has a key twice in one mapping or a tag of a
            stranger, or is nested, repeated or long beyond bounds.
    """
    if len(text) > LARGEST:
        raise Unreadable(_TOO_LARGE)
    found = tuple(one for one in _documents(text, letters) if one.value is not None)
    for one in () if doubles else found:
        for double in one.doubles:
            raise Unreadable(f"key {double.path[-1]!r} stands twice", double.place)
    return found


_TOO_LARGE = f"more than {LARGEST // 2**20} MiB of text"


def _documents(text: str, letters: bool) -> Iterator[Read]:
    if text.lstrip(" \t\r\n")[:1] in ("{", "["):
        from couler_jupyter.engines.kube.json_reading import JsonReader, NoJson

        reader = JsonReader(text, DEEPEST)
        try:
            value, marks = reader.read()
        except NoJson as error:
            as_json = Unreadable(error.what, place_of(reader.mark_at(error.at)))
        else:
            yield _read(value, marks, reader.doubles)
            return
        try:
            yield from [*_yaml_documents(text, letters)]
        except Unreadable as as_yaml:
            # what is in braces is meant as JSON when it has quotes like it
            raise (as_json if '":' in text or '" :' in text else as_yaml) from None
    else:
        yield from _yaml_documents(text, letters)


def _yaml_documents(text: str, letters: bool) -> Iterator[Read]:
    from couler_jupyter.engines.kube.composing import compose

    for value, marks, doubles in compose(text, DEEPEST, letters=letters):
        yield _read(value, marks, doubles)


def _read(value: Any, marks: Marks, doubles: list[tuple[Path, Mark]]) -> Read:  # noqa: ANN401
    again = tuple(Double(path, place_of(at)) for path, at in doubles)
    return Read(value=value, doubles=again, _marks=marks)
