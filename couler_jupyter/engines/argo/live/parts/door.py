"""A run in parts behind a door of its own: who follows or controls it sees one Workflow.

Whoever reads its `states` drives it. What is asked of the whole is asked of all children
that there are, and written down for those that are still to come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from threading import Event

from couler_jupyter.engines.argo.live.door import Door, LogPlace, NodeEnd
from couler_jupyter.engines.argo.live.objects import Kind, name_of
from couler_jupyter.engines.argo.live.parts.acting import end_child, unless_over
from couler_jupyter.engines.argo.live.parts.again import run_again
from couler_jupyter.engines.argo.live.parts.driving import GO_ON, Driving
from couler_jupyter.engines.argo.live.parts.events import Shutdown
from couler_jupyter.engines.argo.live.parts.merging import Whole
from couler_jupyter.engines.argo.live.parts.reading import Version
from couler_jupyter.engines.argo.live.parts.roll import Roll
from couler_jupyter.engines.argo.live.surgery import is_over, is_suspended
from couler_jupyter.engines.argo.parts.children import AT_END
from couler_jupyter.engines.kube.closing import Closing
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json


class PartsDoor:
    """The children of one run as one Workflow; all else is as behind the door itself."""

    def __init__(self, door: Door, roll: Roll, *, patience: float = 600.0) -> None:
        """Use `door` for the children on `roll`; `patience` as in `Driving`."""
        self._door = door
        self._roll = roll
        self._patience = patience
        self._whole = Whole(roll.name, ())
        self._again = Event()

    @property
    def where(self) -> str:
        """The server and the namespace."""
        return self._door.where

    @property
    def namespace(self) -> str:
        """Where runs are."""
        return self._door.namespace

    @property
    def takes_config_maps(self) -> bool:
        """Whether ConfigMaps can be made."""
        return self._door.takes_config_maps

    @property
    def can_change(self) -> bool:
        """Whether Workflows that are there can be changed."""
        return self._door.can_change

    def change(self, name: str, spec: Mapping[str, Json]) -> None:
        """Change fields of the spec of all children."""
        del name
        for child in self._roll.objects(self._door):
            self._door.change(child, spec)

    @property
    def node_ends(self) -> frozenset[str]:
        """The phases in which suspended nodes can be made to end."""
        return self._door.node_ends

    def create(self, manifest: Json) -> Json:
        """Make an object."""
        return self._door.create(manifest)

    def put(self, manifest: Json) -> Json:
        """Make an object, or bring the one of that name up to date."""
        return self._door.put(manifest)

    def lay_out(self, config_map: Json, owner: Json = None) -> bool:
        """Have an immutable ConfigMap there; whether it was made."""
        return self._door.lay_out(config_map, owner)

    def take_away(self, name: str) -> None:
        """Delete a ConfigMap that nobody owns, if it is there."""
        self._door.take_away(name)

    def have(self, one: Json) -> bool:
        """Have an object of Fluid there; whether it was made."""
        return self._door.have(one)

    def look_up(self, kind: Kind, name: str) -> Json:
        """Return an object of any kind; None if there is none."""
        return self._door.look_up(kind, name)

    def list(self, selector: str = "", limit: int = 100) -> list[Json]:
        """Return Workflows whose labels fit, the newest first."""
        return self._door.list(selector, limit)

    def archived(self, uid: str) -> Json:
        """Return None: a run of which nothing is left is in no archive as one."""
        del uid
        return None

    def get(self, name: str, *, whole: bool = True) -> Json:
        """Return the children as one Workflow; None if none is there."""
        del name, whole
        versions = self._roll.versions(self._door)
        self._whole = Whole(self._roll.name, self._roll.own(versions))
        asked = Shutdown(self._roll.kept.wanted.shutdown)
        return self._whole.workflow(shutdown=asked) if versions else None

    def first(self) -> Json:
        """Return the first child that the cluster has, None if it has none."""
        there = self._roll.objects(self._door)
        names = (name for name in self._roll.names.values() if name in there)
        return next((there[name] for name in names), None)

    def states(self, name: str, closing: Closing) -> Iterator[Json]:
        """Drive the run, and yield it whenever it changed; None once it is gone.

        One that is over may be run again, and goes on, until `closing`.
        """
        del name
        with closing.interrupting(self._again.set):
            while not closing.closed:
                driving = Driving(self._door, self._roll, patience=self._patience)
                for found in driving.states(closing):
                    self._whole = driving.whole
                    yield found
                    if found is None:
                        return
                self._again.wait()
                self._again.clear()

    def hydrate(self, workflow: Json) -> Mapping[str, Json]:
        """Return the states of its nodes."""
        nodes: Mapping[str, Json] = workflow["status"].get("nodes") or {}
        return nodes

    def log(
        self, name: str, place: LogPlace, closing: Closing, *, follow: bool
    ) -> AbstractContextManager[Iterator[bytes] | None]:
        """Lend the log of one attempt, of whichever child it is."""
        del name
        child, there = self._whole.place(place)
        return self._door.log(child, there, closing, follow=follow)

    def stop(self, name: str) -> None:
        """Start nothing more and end what runs; exit handlers still run."""
        del name
        self._end(Shutdown.STOP)

    def terminate(self, name: str) -> None:
        """End it at once, without exit handlers."""
        del name
        self._end(Shutdown.TERMINATE)

    def suspend(self, name: str) -> None:
        """Start nothing more until it is resumed."""
        del name
        self._check_suspending()
        live = self._live()
        self._want(suspended=True)
        for one in live:
            self._ask(one, self._door.suspend)

    def resume(self, name: str) -> None:
        """Go on, and let every suspended step go on; gates are none of them."""
        del name
        live = self._live()
        self._want(suspended=False)
        for one in live:
            if (one.found.get("spec") or {}).get("suspend"):
                self._check_suspending()
                self._ask(one, lambda child: self._door.change(child, GO_ON))
            for key, node in one.nodes.items():
                if is_suspended(node):
                    self._door.resume_node(name_of(one.found), key, {})

    def resume_node(self, name: str, node: str, outputs: Mapping[str, str]) -> None:
        """Let one suspended step go on, with what it leaves behind."""
        del name
        self._door.resume_node(self._whole.child_of(node), node, outputs)

    def end_nodes(self, name: str, ends: Mapping[str, NodeEnd]) -> None:
        """Let suspended nodes end, in whichever child they are."""
        del name
        for node, end in ends.items():
            self._door.end_nodes(self._whole.child_of(node), {node: end})

    def retry(self, name: str, *, omitted: bool = False, node: str = "") -> None:
        """Run again the children that did not succeed, and what waited for them."""
        del name, omitted
        if node:  # gates of other children, behind it, would not close again
            raise SubmitFailed(f"{self._roll.name}: a part cannot run again by itself")
        run_again(self._door, self._roll)
        self._roll.renew()
        self._again.set()

    def delete(self, name: str) -> None:
        """Delete all children with their pods."""
        del name
        self._want(deleted=True)
        for child in self._roll.objects(self._door):
            self._door.delete(child)

    def _end(self, how: Shutdown) -> None:
        live = self._live()
        self._want(shutdown=how.value)
        for one in live:
            if one.child.part != AT_END or how is Shutdown.TERMINATE:
                end_child(self._door, name_of(one.found), how)

    def _live(self) -> tuple[Version, ...]:
        """Return the children that have not ended."""
        versions = self._roll.versions(self._door)
        return tuple(one for one in versions.values() if not is_over(one.found))

    def _ask(self, one: Version, act: Callable[[str], None]) -> None:
        child = name_of(one.found)
        unless_over(self._door, child, lambda: act(child))

    def _want(self, **changes: object) -> None:
        wanted = self._roll.kept.wanted
        self._roll.kept.want(replace(wanted, **changes))  # type: ignore[arg-type]

    def _check_suspending(self) -> None:
        if not self._door.can_change:
            raise SubmitFailed(
                f"{self._door.where}: an argo-server cannot let a run in parts go on "
                "without opening all its gates; name the cluster itself, by kubeconfig "
                "and context, to suspend it"
            )
