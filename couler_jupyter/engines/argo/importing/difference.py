"""What an object of a manifest has that was not emitted, or was emitted otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from couler_jupyter.engines.kube.path import Path, path_text
from couler_jupyter.engines.kube.placing import Clash, add, remove, replace
from couler_jupyter.ir import Constant, Extra, Json


class Sort(Enum):
    """How what was emitted becomes what was written."""

    ADD = auto()
    SET = auto()
    TAKE = auto()


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the two differ.

    Attributes:
        sort: whether something is missing, written otherwise, or too much.
        path: where, in the object.
        value: what was written there.
    """

    sort: Sort
    path: Path
    value: Json = None

    def put(self, root: Json) -> Json:
        """Return what was emitted with this place as it was written.

        Raises:
            Clash: there is no such place.
        """
        match self.sort:
            case Sort.ADD:
                return add(root, self.path, self.value)
            case Sort.SET:
                return replace(root, self.path, self.value)
            case Sort.TAKE:
                return remove(root, self.path)

    def as_extra(self, head: Path, *, ignorable: bool) -> Extra:
        """Return the extra that says so, for an object that stands at `head`."""
        sign = "-" if self.sort is Sort.TAKE else ""
        return Extra(
            engine="argo",
            path=sign + path_text((*head, *self.path)),
            value=Constant.of(self.value),
            ignorable=ignorable,
        )


def differences(emitted: Json, written: Json, path: Path = ()) -> Iterator[Difference]:
    """Yield what makes `emitted` the same as `written`, to be put in this order."""
    if same(emitted, written):
        return
    if isinstance(emitted, dict) and isinstance(written, dict):
        for key in written:
            if key not in emitted:
                yield Difference(Sort.ADD, (*path, key), written[key])
        for key in emitted:
            if key in written:
                yield from differences(emitted[key], written[key], (*path, key))
            else:
                yield Difference(Sort.TAKE, (*path, key))
    elif isinstance(emitted, list) and isinstance(written, list):
        yield from _of_lists(emitted, written, path)
    else:
        yield Difference(Sort.SET, path, written)


def _of_lists(
    emitted: Sequence[Json], written: Sequence[Json], path: Path
) -> Iterator[Difference]:
    pairs = _aligned(emitted, written)
    if pairs is None:
        yield Difference(Sort.SET, path, list(written))
        return
    for index, (one, other) in enumerate(zip(pairs, written, strict=True)):
        if one is None:
            yield Difference(Sort.ADD, (*path, index), other)
        else:
            yield from differences(emitted[one], other, (*path, index))


def _aligned(
    emitted: Sequence[Json], written: Sequence[Json]
) -> list[int | None] | None:
    """Return for each item that is written which one was emitted for it.

    Items with the same name belong together, and those that are equal; of lists of the
    same length also those in the same place. None where something was emitted that has
    no place.
    """
    if len(emitted) == len(written) and all(map(_alike, emitted, written)):
        return list(range(len(written)))
    found: list[int | None] = []
    at = 0
    for item in written:
        fits = at < len(emitted) and _belongs(emitted[at], item)
        found.append(at if fits else None)
        at += fits
    return found if at == len(emitted) else None


def _alike(one: Json, other: Json) -> bool:
    """Whether an item can become another, part by part."""
    both = isinstance(one, dict) and isinstance(other, dict)
    return same(one, other) or (both and not _name(one) and not _name(other))


def _belongs(one: Json, other: Json) -> bool:
    name = _name(one)
    return name == _name(other) if name else same(one, other)


def _name(item: Json) -> str:
    if not isinstance(item, dict):
        return ""
    name = item.get("name") or item.get("key")
    return name if isinstance(name, str) else ""


def same(one: Json, other: Json) -> bool:
    """Return whether two plain values are the same; 1 is not the same as true or 1.0."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and bool(one == other)


def put_all(root: Json, changes: Sequence[Difference]) -> Json | None:
    """Return `root` with all changes; None if one of them has no place."""
    try:
        for one in changes:
            root = one.put(root)
    except Clash:
        return None
    return root
