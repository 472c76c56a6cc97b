"""What can be asked where Argo runs, whichever server is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from couler_jupyter.engines.argo.live.objects import Kind
from couler_jupyter.engines.kube.closing import Closing
from couler_jupyter.ir import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPlace:
    """Where the log of one attempt is.

    Attributes:
        node: id of its node in the workflow's status.
        pod: name of its pod.
        container: which of the pod's.
    """

    node: str
    pod: str
    container: str = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeEnd:
    """How a suspended node is to end.

    Attributes:
        phase: in Argo's words.
        values: texts of its output parameters by name; others are left out.
        message: why.
    """

    phase: str
    values: Mapping[str, str]
    message: str = ""


class Door(Protocol):
    """A way to Argo, in one namespace. All raise `SubmitFailed` where that fails."""

    @property
    def where(self) -> str:
        """The server and the namespace, as people are told of them."""
        ...

    @property
    def namespace(self) -> str:
        """Where runs are."""
        ...

    def create(self, manifest: Json) -> Json:
        """Make an object and return it as the server has it.

        A Workflow that is there already and has the same run's label is returned: a
        first request may have got through though its answer did not.
        """
        ...

    def put(self, manifest: Json) -> Json:
        """Make an object, or bring the one of that name up to date."""
        ...

    @property
    def takes_config_maps(self) -> bool:
        """Whether ConfigMaps can be made."""
        ...

    def lay_out(self, config_map: Json, owner: Json = None) -> bool:
        """Have an immutable ConfigMap there, owned by `owner` too; whether it was made.

        Args:
            config_map: the object.
            owner: as in `ownerReferences`; None for no further one.
        """
        ...

    def take_away(self, name: str) -> None:
        """Delete a ConfigMap that nobody owns, if it is there."""
        ...

    def have(self, one: Json) -> bool:
        """Have an object of Fluid there, as it is if it is; whether it was made."""
        ...

    def look_up(self, kind: Kind, name: str) -> Json:
        """Return an object of any kind; None if there is none."""
        ...

    def get(self, name: str, *, whole: bool = True) -> Json:
        """Return a Workflow, None if there is none; `whole` with its nodes' states."""
        ...

    def archived(self, uid: str) -> Json:
        """Return a Workflow from the archive; None if none is there."""
        ...

    def list(self, selector: str = "", limit: int = 100) -> list[Json]:
        """Return Workflows whose labels fit, the newest first."""
        ...

    def states(self, name: str, closing: Closing) -> Iterator[Json]:
        """Yield a Workflow whenever it changed, None once it is gone, until `closing`."""
        ...

    def hydrate(self, workflow: Json) -> Mapping[str, Json]:
        """Return the states of its nodes, wherever they are kept."""
        ...

    def log(
        self, name: str, place: LogPlace, closing: Closing, *, follow: bool
    ) -> AbstractContextManager[Iterator[bytes] | None]:
        """Lend the log of one attempt from its beginning; None if it is gone.

        Its pieces may raise `ConnectionLost`, as they do once `closing` is closed.
        """
        ...

    def stop(self, name: str) -> None:
        """Start nothing more and end what runs; exit handlers still run."""
        ...

    def terminate(self, name: str) -> None:
        """End it at once, without exit handlers."""
        ...

    def suspend(self, name: str) -> None:
        """Start nothing more until it is resumed."""
        ...

    def resume(self, name: str) -> None:
        """Go on, and let every suspended step go on."""
        ...

    def resume_node(self, name: str, node: str, outputs: Mapping[str, str]) -> None:
        """Let one suspended step go on, with what it leaves behind."""
        ...

    @property
    def can_change(self) -> bool:
        """Whether a Workflow that is there can be changed, not only told what to do."""
        ...

    def change(self, name: str, spec: Mapping[str, Json]) -> None:
        """Change fields of a Workflow's spec; what is None is taken away."""
        ...

    @property
    def node_ends(self) -> frozenset[str]:
        """The phases in which suspended nodes can be made to end."""
        ...

    def end_nodes(self, name: str, ends: Mapping[str, NodeEnd]) -> None:
        """Let suspended nodes end, by their ids; those that have ended stay as they are."""
        ...

    def retry(self, name: str, *, omitted: bool = False, node: str = "") -> None:
        """Run again what did not succeed, in the same Workflow.

        Args:
            name: of the Workflow.
            omitted: whether what was omitted is also looked at again, which may be all
                there is to do.
            node: id of a node that also runs again, with all behind it, which may be all
                there is to do. Not both.
        """
        ...

    def delete(self, name: str) -> None:
        """Delete a Workflow with its pods; one that is gone is deleted."""
        ...
