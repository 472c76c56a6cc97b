"""Which children a run has, where they are, and how each was last seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from couler_jupyter.engines.argo.live.door import Door
from couler_jupyter.engines.argo.live.objects import RUN_LABEL, name_of
from couler_jupyter.engines.argo.live.parts.events import Caused
from couler_jupyter.engines.argo.live.parts.kept import (
    Handed,
    Kept,
    children_in,
    name_for,
)
from couler_jupyter.engines.argo.live.parts.reading import Reading, Version
from couler_jupyter.engines.argo.live.parts.taking import reading_of
from couler_jupyter.engines.argo.parts.children import Child, Children
from couler_jupyter.ir import Json, Workflow


@dataclass
class Roll:
    """The children of one run.

    Attributes:
        kept: what is kept of them.
        name: of the run there.
        run_id: its id here, which is on all of them.
        workflow: what they run.
    """

    kept: Kept
    name: str
    run_id: str
    workflow: Workflow
    _readings: dict[str, Reading] = field(default_factory=dict[str, Reading])
    _known: set[str] = field(default_factory=set[str])

    @cached_property
    def handed(self) -> Mapping[int, Handed]:
        """The children as they are handed over, by part, in their order."""
        return self.kept.handed()

    @cached_property
    def children(self) -> Children:
        """What they say of themselves."""
        return children_in(self.handed)

    @cached_property
    def taken(self) -> Mapping[int, str]:
        """Children of earlier runs that stand for some, by part; they are not ours."""
        return self.kept.taken

    @cached_property
    def names(self) -> Mapping[int, str]:
        """Their names, by part, since the run was last run again."""
        tries = self.kept.wanted.tries
        own = {part: name_for(one, tries) for part, one in self.handed.items()}
        return {**own, **self.taken}

    def renew(self) -> None:
        """Begin anew after the run was run again: some children have new names."""
        self.__dict__.pop("names", None)
        self._readings.clear()
        self._known.clear()

    def child(self, part: int) -> Child:
        """Return what one child says of itself."""
        return next(one for one in self.children.children if one.part == part)

    def objects(self, door: Door) -> dict[str, Json]:
        """Return the children that the cluster has, by name; whole if that is cheap."""
        most = len(self.handed) + 10
        found = door.list(f"{RUN_LABEL}={self.run_id}", limit=most)
        return {name_of(one): one for one in found}

    def versions(self, door: Door) -> dict[int, Version]:
        """Return how all children stand, those that the cluster has deleted since, too."""
        there = self.objects(door)
        found: dict[int, Version] = {}
        for part, name in self.names.items():
            one = there.get(name)
            if one is not None and "spec" not in one:  # an argo-server lists less
                one = door.get(name)
            if one is not None:
                found[part] = self.read(part, one, door.hydrate(one))
            elif (last := self.kept.last_version(part, name)) is not None:
                found[part] = self.read(part, *last)
        return found

    def own(self, versions: Mapping[int, Version]) -> tuple[Version, ...]:
        """Return the versions of children that are this run's, in their order."""
        parts = (part for part in self.names if part not in self.taken)
        return tuple(versions[part] for part in parts if part in versions)

    def archived(self, door: Door, last: Version | None) -> Version | None:
        """Return the last version of a child that is gone; None if nobody has it."""
        uid = "" if last is None else last.found["metadata"].get("uid", "")
        found = door.archived(uid) if uid else None
        if last is None or found is None:
            return None
        return self.read(last.child.part, found, door.hydrate(found))

    def read(self, part: int, found: Json, nodes: Mapping[str, Json]) -> Version:
        """Return what a version of a child tells."""
        name = self.names[part]
        reading = self._readings.get(name)
        if reading is None:
            own = self.child(part)
            if part in self.taken:
                reading = reading_of(found, own, self.workflow, self.name)
            else:
                reading = Reading(own, self.workflow, name, self.name)
            self._readings[name] = reading
        return reading.version(found, nodes)

    def know(self, part: int, name: str) -> None:
        """Remember that a child was there."""
        if name in self._known:
            return
        seen = self.kept.seen
        if seen.known.get(str(part)) != name:
            known = {**seen.known, str(part): name}
            self.kept.see(replace(seen, known=known))
        self._known.add(name)

    def caused(self, cause: Caused) -> None:
        """Remember what ended the run before its time."""
        seen = self.kept.seen
        if seen.caused is None:
            self.kept.see(replace(seen, cause=(cause.phase, cause.message)))
