"""What is kept of a run in parts in its folder: what to hand over, what was asked for.

What was done is seen on the cluster. Here is what it cannot tell: the children that are
not there yet, the last version of those that it has deleted since they ended, and whether
one that is missing ever was there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType

from couler_jupyter.engines.argo.live.objects import name_of
from couler_jupyter.engines.argo.live.parts.events import Asked, Caused, Shutdown
from couler_jupyter.engines.argo.parts.annotations import child_of, children_of
from couler_jupyter.engines.argo.parts.children import AT_END, Children
from couler_jupyter.errors import InvalidDocument, StoreFailed
from couler_jupyter.ir import Json

_FOLDER = "parts"
_NOTHING: Mapping[int, tuple[Json, Json]] = MappingProxyType({})
_ASKED, _SEEN, _TAKEN = "asked.json", "seen.json", "taken.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """One child as it is handed over.

    Attributes:
        part: which part it is.
        manifest: the Workflow.
        others: objects that have to be there before it.
    """

    part: int
    manifest: Json
    others: Sequence[Json] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What people ask of a run.

    Attributes:
        shutdown: how it is to be ended; empty for not at all.
        suspended: whether it is to start nothing more for now.
        deleted: whether it is to be deleted.
        since: when it began, or was last run again; seconds since the epoch.
        tries: how often it was run again.
    """

    shutdown: str = ""
    suspended: bool = False
    deleted: bool = False
    since: float = 0.0
    tries: int = 0

    @property
    def asked(self) -> Asked:
        """The same as the machine is told it."""
        return Asked(Shutdown(self.shutdown), self.suspended)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What whoever drives a run has to remember.

    Attributes:
        known: names of the children that were there, by part.
        cause: what ended the run before its time: phase and why; none if nothing did.
    """

    known: Mapping[str, str] = field(default_factory=dict[str, str])
    cause: tuple[str, ...] = ()

    @property
    def caused(self) -> Caused | None:
        """The cause as the machine is told it."""
        return Caused(*self.cause) if self.cause else None


@dataclass(frozen=True, slots=True)
class Kept:
    """The folder of a run in parts."""

    folder: Path

    @classmethod
    def of(cls, run_folder: Path) -> Kept:
        """Return what is kept in a run's folder."""
        return cls(run_folder / _FOLDER)

    @property
    def is_there(self) -> bool:
        """Whether the run is one in parts."""
        return (self.folder / _ASKED).exists()

    def begin(
        self,
        children: Sequence[Handed],
        wanted: Wanted,
        taken: Mapping[int, tuple[Json, Json]] = _NOTHING,
    ) -> None:
        """Write down all children before the first is handed over.

        Args:
            children: in their order.
            wanted: when the run begins.
            taken: children of earlier runs that stand for some of them, and the states
                of their nodes, by part.

        Raises:
            StoreFailed: they cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreFailed(f"{self.folder}: {error.strerror}") from None
        for one in children:
            self._write(f"child-{one.part}.json", asdict(one))
        for part, (found, nodes) in taken.items():
            self.keep_end(part, name_of(found), found, nodes)
        if taken:
            names = {part: name_of(found) for part, (found, _) in taken.items()}
            self._write(_TAKEN, names)
        self.want(wanted)

    @property
    def taken(self) -> dict[int, str]:
        """The names of children of earlier runs that stand for some, by part."""
        if not (self.folder / _TAKEN).exists():
            return {}
        return {int(part): name for part, name in self._read(_TAKEN).items()}

    def texts(self) -> dict[str, str]:
        """Return what is kept as files by name, so that another can drive the run."""
        found = (
            *self.folder.glob("child-*.json"),
            *(self.folder / f"ended-{part}.json" for part in self.taken),
            *(self.folder / name for name in (_ASKED, _SEEN, _TAKEN)),
        )
        return {one.name: one.read_text("utf-8") for one in found if one.exists()}

    def begin_with(self, texts: Mapping[str, str]) -> None:
        """Write down what another kept of a run, if it is one in parts."""
        if texts:
            self.folder.mkdir(parents=True)
        for name, text in texts.items():
            (self.folder / Path(name).name).write_text(text, "utf-8")

    def handed(self) -> dict[int, Handed]:
        """Return the children as they are handed over, in their order.

        Raises:
            StoreFailed: they cannot be read.
        """
        paths = self.folder.glob("child-*.json")
        found = [Handed(**self._read(one.name)) for one in paths]
        found.sort(key=lambda one: (one.part == AT_END, one.part))
        return {one.part: one for one in found}

    @property
    def wanted(self) -> Wanted:
        """What people ask of the run."""
        return Wanted(**self._read(_ASKED))

    def want(self, wanted: Wanted) -> None:
        """Write down what people ask of the run."""
        self._write(_ASKED, asdict(wanted))

    @property
    def seen(self) -> Seen:
        """What whoever drives the run has to remember."""
        if not (self.folder / _SEEN).exists():
            return Seen()
        raw = self._read(_SEEN)
        return Seen(known=raw["known"], cause=tuple(raw["cause"]))

    def see(self, seen: Seen) -> None:
        """Write down what whoever drives the run has to remember."""
        self._write(_SEEN, asdict(seen))

    def keep_end(self, part: int, name: str, found: Json, nodes: Json) -> None:
        """Keep the last version of a child, for when the cluster has deleted it."""
        last = {"name": name, "found": found, "nodes": dict(nodes)}
        self._write(f"ended-{part}.json", last)

    def last_version(self, part: int, name: str) -> tuple[Json, Json] | None:
        """Return the last version of a child and its nodes; None if it was not kept."""
        called = f"ended-{part}.json"
        if not (self.folder / called).exists():
            return None
        raw = self._read(called)
        return (raw["found"], raw["nodes"]) if raw["name"] == name else None

    def forget_end(self, part: int) -> None:
        """Let go of the last version of a child that begins anew."""
        (self.folder / f"ended-{part}.json").unlink(missing_ok=True)

    def _write(self, name: str, value: Json) -> None:
        path = self.folder / name
        part = path.with_name(f".{name}.part")
        try:
            part.write_text(json.dumps(value), "utf-8")
            part.replace(path)
        except OSError as error:
            raise StoreFailed(f"{path}: {error.strerror}") from None

    def _read(self, name: str) -> Json:
        path = self.folder / name
        try:
            return json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise StoreFailed(f"{path}: it cannot be read: {error}") from None


def children_in(handed: Mapping[int, Handed]) -> Children:
    """Return what the children say of themselves.

    Raises:
        StoreFailed: they say nothing that makes sense.
    """
    try:
        return children_of([one.manifest for one in handed.values()])
    except InvalidDocument as error:
        raise StoreFailed(str(error)) from None


def handed_of(manifest: Json, others: Sequence[Json]) -> Handed:
    """Return a child as it is handed over."""
    return Handed(part=child_of(manifest).part, manifest=manifest, others=tuple(others))


def name_for(one: Handed, tries: int) -> str:
    """Return the name of a child; that of exit handlers is made anew with each try."""
    name = name_of(one.manifest)
    return f"{name}-{tries + 1}" if one.part == AT_END and tries else name
