"""What requests are answered from: the run store, opened when it is first asked for."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from threading import Lock

from couler_jupyter.drawing import Layouts, drawing_view
from couler_jupyter.engines import Engine, Submitter
from couler_jupyter.errors import UnknownName
from couler_jupyter.ir import Phase
from couler_jupyter.protocol import DrawingView, WorkflowView
from couler_jupyter.runs import RunRecord, RunStore
from couler_jupyter.runs.listing import Listing, page_of
from couler_jupyter.server.gone import Gone
from couler_jupyter.server.once import Once
from couler_jupyter.session import RunHandle, Session

LIVE = tuple(phase for phase in Phase if not phase.ended)
_KEPT = 64
_MOST_LOOKED_AT = 1000


class Desk:
    """One for a server; its methods may be called from many threads.

    Attributes:
        read_only: whether nothing may be asked of runs.
        folder: what notebooks' paths are relative to.
        layouts: of the workflows that were drawn.
    """

    def __init__(
        self, *, root: Path | None, folder: Path, read_only: bool = False
    ) -> None:
        """Open nothing yet.

        Args:
            root: of the run store; None for the user's own.
            folder: what notebooks' paths are relative to.
            read_only: whether nothing may be asked of runs.
        """
        self.read_only = read_only
        self.folder = folder
        self.root = root or RunStore.default_root()
        self._layouts = Layouts()
        self._session = Session(root=self.root)
        self._opening, self._drawing, self._looking = Lock(), Lock(), Lock()
        self._handles: OrderedDict[str, RunHandle] = OrderedDict()
        self._born = secrets.token_hex(4)

    @property
    def store(self) -> RunStore:
        """The run store.

        Raises:
            StoreFailed: it cannot be opened.
        """
        with self._opening:
            return self._session.store

    @property
    def once(self) -> Once:
        """What has been asked lately, and was answered."""
        return Once(self.store.root / "requests")

    def tag(self) -> str:
        """Return a text that differs once anything of any run may have changed.

        A run can stand differently without anybody having written so: when whoever
        drove it is gone. So those that are live are looked at as well.
        """
        store = self.store
        changed = store.changed()
        live = page_of(store, Listing(phases=LIVE), limit=_MOST_LOOKED_AT)
        told = "\n".join(f"{run.id} {run.phase}" for run in live.runs)
        standing = hashlib.sha256(told.encode()).hexdigest()[:12]
        return f"{self._born}-{changed}-{standing}"

    def record(self, run_id: str) -> RunRecord:
        """Return a run by its whole id.

        Raises:
            UnknownName: there is none.
        """
        _ = self.store.phase(run_id)  # how one begins is not enough for it
        return self.store.get(run_id)

    def run(self, run_id: str) -> RunHandle:
        """Return a run to look at or to ask things of, by its whole id.

        Raises:
            UnknownName: there is none.
        """
        with self._looking:
            known = self._handles.get(run_id)
        if known is not None:
            _ = self.store.phase(run_id)  # it may have been deleted
            return known
        record = self.record(run_id)
        made = RunHandle(self.store, record.id, self.engine(record.engine))
        with self._looking:
            self._handles[run_id] = made
            while len(self._handles) > _KEPT:
                self._handles.popitem(last=False)
        return made

    def engine(self, name: str) -> Submitter:
        """Return the engine that a run is of; one that is no longer here does nothing."""
        try:
            found = self.engine_named(name)
        except UnknownName:
            return Gone(name)
        return found if isinstance(found, Submitter) else Gone(name)

    def engine_named(self, name: str) -> Engine:
        """Return an engine.

        Raises:
            UnknownName: there is none of that name.
        """
        _ = self.store  # opened by one thread alone
        return self._session.engine_named(name)

    def attend(self, records: tuple[RunRecord, ...]) -> None:
        """See to it that runs that go on elsewhere are being followed."""
        for record in records:
            if record.remote and not record.phase.ended:
                with suppress(UnknownName):  # it was deleted meanwhile
                    _ = self.run(record.id).record

    def drawing(
        self, workflow: WorkflowView, run: RunHandle, requests: list[str]
    ) -> DrawingView:
        """Return a drawing of a run's workflow laid out, and where the run stands."""
        with self._drawing:
            layout = self._layouts.of(workflow)
        whole = run.whole
        return drawing_view(
            layout, workflow, run.view(whole), whole=whole, requests=requests
        )
