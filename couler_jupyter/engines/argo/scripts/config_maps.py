"""ConfigMaps that hold scripts, each named by what it holds.

A script that fits is one entry of `data`. A longer one is compressed, and cut where even
that is too long for one ConfigMap (https://kubernetes.io/docs/concepts/configuration/configmap/).
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from couler_jupyter.ir import Json

LARGEST = 2**20
"""Bytes of all values in one ConfigMap."""
MOST_MAPS = 16
"""ConfigMaps of one manifest; a node keeps those of its pods in memory."""
MOST_TEXT = 64 * 2**20
"""Bytes of all scripts that are read back out of ConfigMaps; few bytes can hold many."""
PACKED = ".gz"
"""In the keys of what is compressed."""
LABEL = "couler-jupyter/holds"
_HOLDS = "scripts"
NAME = "couler-scripts-"
"""What names of ConfigMaps with scripts begin with."""
_LETTERS = 16

Object = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part of a script lies: the name of a ConfigMap, and the key in it."""

    name: str
    key: str


@dataclass(slots=True)
class Shelf:
    """Texts that go into ConfigMaps together, as few as can be."""

    _texts: dict[str, bytes] = field(default_factory=dict)

    def hold(self, text: str, *, packed: bool) -> str:
        """Return the key of a text, which is compressed if it is to be `packed`."""
        content = text.encode()
        key = hashlib.sha256(content).hexdigest()[:_LETTERS]
        if packed:
            key += PACKED
            content = gzip.compress(content, 9, mtime=0)
        self._texts.setdefault(key, content)
        return key

    def close(self) -> tuple[tuple[Object, ...], Mapping[str, tuple[Place, ...]]]:
        """Return the ConfigMaps, and where the parts of each text lie, by its key."""
        maps: list[dict[str, bytes]] = []
        where: dict[str, list[tuple[int, str]]] = {}
        for key, content in self._texts.items():
            for part, piece in _cut(key, content):
                at = _room(maps, len(piece))
                maps[at][part] = piece
                where.setdefault(key, []).append((at, part))
        names = [_name(one) for one in maps]
        places = {
            key: tuple(Place(names[at], part) for at, part in parts)
            for key, parts in where.items()
        }
        return tuple(map(_object, maps)), places


def is_config_map(found: Json) -> bool:
    """Whether an object is a ConfigMap that our own compiler wrote for scripts."""
    if not isinstance(found, dict) or found.get("kind") != "ConfigMap":
        return False
    metadata: Json = found.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
        return False
    labels: Json = metadata.get("labels")
    return isinstance(labels, dict) and labels.get(LABEL) == _HOLDS


def contents(found: Mapping[str, Json]) -> dict[str, bytes]:
    """Return what a ConfigMap holds, by key.

    Raises:
        ValueError: what should be base64 is not.
        TypeError: what should have keys has none.
    """
    plain: Json = found.get("data") or {}
    packed: Json = found.get("binaryData") or {}
    if not isinstance(plain, dict) or not isinstance(packed, dict):
        raise TypeError("data and binaryData of a ConfigMap must be mappings")
    return {
        **{key: str(text).encode() for key, text in plain.items()},
        **{key: base64.b64decode(text, validate=True) for key, text in packed.items()},
    }


def unpacked(pieces: Iterable[bytes], *, packed: bool, most: int) -> str:
    """Return the text whose pieces these are.

    Raises:
        ValueError: they are none of ours, or the text has more than `most` bytes.
    """
    whole = b"".join(pieces)
    if packed:
        reader = zlib.decompressobj(wbits=31)  # of gzip
        try:
            whole = reader.decompress(whole, most + 1)
        except zlib.error as error:
            raise ValueError(str(error)) from None
        if not reader.eof and len(whole) <= most:
            raise ValueError("it ends in the middle")
    if len(whole) > most:
        raise ValueError(f"it is longer than {most:,} bytes")
    return whole.decode()


def _object(parts: Mapping[str, bytes]) -> Object:
    found: Object = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": _name(parts), "labels": {LABEL: _HOLDS}},
        "immutable": True,
    }
    for key, piece in parts.items():
        if PACKED in key:
            text = base64.b64encode(piece).decode("ascii")
            found.setdefault("binaryData", {})[key] = text
        else:
            found.setdefault("data", {})[key] = piece.decode()
    return found


def _name(parts: Mapping[str, bytes]) -> str:
    """Return a name that no other content has."""
    digest = hashlib.sha256()
    for key, piece in parts.items():
        digest.update(f"{key} {len(piece)} ".encode())
        digest.update(piece)
    return f"{NAME}{digest.hexdigest()[:_LETTERS]}"


def _cut(key: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    if len(content) <= LARGEST:
        yield key, content
        return
    for number, start in enumerate(range(0, len(content), LARGEST)):
        yield f"{key}.{number:02}", content[start : start + LARGEST]


def _room(maps: list[dict[str, bytes]], size: int) -> int:
    """Return which ConfigMap has room for a piece; a new one if none has."""
    for at, parts in enumerate(maps):
        if sum(map(len, parts.values())) + size <= LARGEST:
            return at
    maps.append({})
    return len(maps) - 1
