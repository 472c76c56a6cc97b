"""The run store: what runs were handed over, and how they and their steps stand."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from couler_jupyter.errors import StoreFailed
from couler_jupyter.ir.run import Phase, RunEvent
from couler_jupyter.runs import commands, folder, lock, query
from couler_jupyter.runs.database import Database
from couler_jupyter.runs.events import append, since, store_outputs
from couler_jupyter.runs.failure import failing
from couler_jupyter.runs.name import is_id, log_name, new_id
from couler_jupyter.runs.record import Command, RunRecord, StepRecord
from couler_jupyter.runs.standing import is_left, is_sure, told_as
from couler_jupyter.runs.text import storable
from couler_jupyter.version import __version__

MOST_BYTES = 100_000_000
"""Of a run's document, arguments or options, as UTF-8."""


class RunStore:
    """Runs of one user on this machine; many processes and threads may share it.

    `root/runs.sqlite` has what happened, `root/runs/<run id>/` the logs and whatever
    the engine keeps beside them. Everything can be read without the writer's help.
    All methods raise `StoreFailed` when the store cannot be read or written (nothing
    is then half done: the call may be tried again), and `UnknownName` for a run
    that is not there.
    """

    def __init__(self, root: Path) -> None:
        """Open the store at `root`, made if need be."""
        self.root = root.expanduser().absolute()
        self._database = Database(self.root / "runs.sqlite")

    @staticmethod
    def default_root() -> Path:
        """Return `$COULER_HOME`, else the user's data folder."""
        if home := os.environ.get("COULER_HOME"):
            return Path(home)
        from platformdirs import user_data_path

        return user_data_path("couler")

    def create(
        self,
        *,
        workflow: str,
        engine: str,
        document: str,
        arguments: str = "{}",
        options: str = "{}",
        notebook: str = "",
        remote: bool = False,
        run: str = "",
    ) -> RunRecord:
        """Add a pending run and its folder.

        Args:
            workflow: the workflow's name.
            engine: the engine's name.
            document: the workflow as JSON text.
            arguments: JSON text.
            options: JSON text, for the engine.
            notebook: where it comes from.
            remote: whether it goes on elsewhere, whoever follows it from here.
            run: id of a run that began elsewhere; empty for a new one.
        """
        new = RunRecord(
            id=run,
            workflow=storable(workflow),
            engine=engine,
            phase=Phase.PENDING,
            message="",
            created=time.time(),
            started=None,
            finished=None,
            document=storable(document),
            arguments=storable(arguments),
            options=storable(options),
            notebook=storable(notebook),
            attempt=0,
            version=__version__,
            remote=remote,
        )
        _check_size(new)
        self._database.renew()
        new = replace(new, id=self._make_folder(new))
        try:
            with self._database.writing() as connection:
                query.insert(connection, new)
        except BaseException:
            _remove(self._folder(new.id))
            raise
        return new

    def get(self, run_id: str) -> RunRecord:
        """Return a run by its id, an unambiguous beginning of it, or `last`.

        Raises:
            UsageFailed: several runs begin like that.
        """
        with self._database.reading() as connection:
            whole = query.resolve(connection, storable(run_id))
            found = query.get(connection, whole)
            document = query.document(connection, whole)
        return replace(self._settled(found), document=document)

    def phase(self, run_id: str) -> Phase:
        """Return where a run stands, without the rest of its record."""
        with self._database.reading() as connection:
            found = query.get(connection, run_id)
        return self._settled(found).phase

    def runs(
        self,
        *,
        limit: int = 50,
        offset: int = 0,
        phase: Phase | None = None,
        workflow: str | None = None,
        engine: str | None = None,
        search: str | None = None,
    ) -> tuple[RunRecord, ...]:
        """Return runs, newest first, without their documents.

        Args:
            limit: how many at the most.
            offset: how many to leave out first.
            phase: only those that stand there now.
            workflow: only those of that workflow.
            engine: only those of that engine.
            search: only those with this text in id, workflow, notebook or message.
        """
        wanted = query.Wanted(
            phases=None if phase is None else told_as(phase),
            workflow=workflow,
            engine=engine,
            search=search,
        )
        sure = phase is None or is_sure(phase)
        page = (limit, offset) if sure else (-1, 0)
        with self._database.reading() as connection:
            found = query.select(connection, wanted, *page)
        runs = tuple(self._settled(one) for one in found)
        if sure:
            return runs
        return tuple(r for r in runs if r.phase is phase)[offset : offset + limit]

    def record(
        self,
        run_id: str,
        events: Sequence[RunEvent],
        *,
        outputs: Mapping[str, str] | None = None,
    ) -> None:
        """Append events and keep outputs, all or none, and let the states follow.

        Args:
            run_id: the run.
            events: in order; one with an empty `step` is about the run itself.
            outputs: JSON text by step path; replaces what the step had.
        """
        kept = outputs or {}
        try:
            self._record(run_id, events, kept)
        except UnicodeEncodeError:
            clean = [_storable(event) for event in events]
            texts = {storable(step): storable(kept[step]) for step in kept}
            self._record(run_id, clean, texts)

    def steps(self, run_id: str, *, after: int = 0) -> dict[str, StepRecord]:
        """Return every step path's present state, in order of first appearance.

        With `after`, only of those that an event behind that seq is about.
        """
        with self._database.reading() as connection:
            return query.steps(connection, query.number(connection, run_id), after)

    def step(self, run_id: str, path: str) -> StepRecord | None:
        """Return one step path's present state; None if the run has none of that name."""
        with self._database.reading() as connection:
            run = query.number(connection, run_id)
            return query.step(connection, run, storable(path))

    def outputs(self, run_id: str) -> dict[str, str]:
        """Return the outputs that were kept, as JSON text by step path."""
        with self._database.reading() as connection:
            return query.outputs(connection, query.number(connection, run_id))

    def events(
        self, run_id: str, after: int = 0, limit: int = 10_000
    ) -> tuple[tuple[int, RunEvent], ...]:
        """Return events behind seq `after`, each with its seq.

        Seqs of a run count 1, 2, 3 ... in the order in which they became visible, so
        going on from the last one seen misses nothing.
        """
        with self._database.reading() as connection:
            run = query.number(connection, run_id)
            return since(connection, run, after, limit)

    def command(
        self, run_id: str, verb: str, step: str = "", payload: str = "{}"
    ) -> None:
        """Ask something of whoever drives the run: `cancel`, `resume`, ..."""
        with self._database.writing() as connection:
            run = query.number(connection, run_id)
            asked = Command(
                verb=verb, step=step, payload=storable(payload), time=time.time()
            )
            commands.give(connection, run, asked)

    def take_commands(self, run_id: str) -> tuple[Command, ...]:
        """Return what was asked and not yet taken, oldest first; each only once."""
        with self._database.reading() as connection:
            if not commands.waiting(connection, query.number(connection, run_id)):
                return ()
        with self._database.writing() as connection:
            run = query.number(connection, run_id)
            return commands.take(connection, run, time.time())

    def changed(self) -> int:
        """Return a number that differs once anybody has written to the store."""
        return self._database.changed()

    def folder(self, run_id: str) -> Path:
        """Return the run's own folder."""
        if not is_id(run_id):
            with self._database.reading() as connection:
                raise query.unknown(connection, run_id)
        return self._folder(run_id)

    def log_path(self, run_id: str, step_path: str, attempt: int) -> Path:
        """Return where the log of one attempt is, whatever the step is called."""
        return self.folder(run_id) / folder.LOGS / log_name(step_path, attempt)

    @contextmanager
    def hold(self, run_id: str) -> Generator[None, None, None]:
        """Drive the run inside the `with`; the system lets go if this process dies.

        Forked children hold nothing.

        Raises:
            StoreFailed: another process or thread drives it.
        """
        grip = self._grip(run_id)
        try:
            with failing(self._folder(run_id)):
                grip.sign()
            yield
        finally:
            grip.release()

    def held(self, run_id: str) -> bool:
        """Whether somebody drives the run."""
        path = self.folder(run_id) / folder.LOCK
        with failing(path):
            return lock.state(path) is lock.Hold.HELD

    def reopen(self, run_id: str) -> None:
        """Make an ended or interrupted run pending again, to be resumed.

        Steps and outputs stay; commands that nobody took are dropped.

        Raises:
            StoreFailed: it goes on, or somebody drives it.
        """
        grip = self._grip(run_id)
        try:
            self._reopen(run_id, grip.before)
            grip.forget()
        finally:
            grip.release()

    def delete(self, run_id: str) -> None:
        """Delete a run with its folder.

        Raises:
            StoreFailed: somebody drives it, or its folder cannot be removed.
        """
        path = self.folder(run_id)
        grip = self._grip(run_id) if (path / folder.LOCK).exists() else None
        try:
            with self._database.writing() as connection:
                query.delete(connection, query.number(connection, run_id))
            _remove(path)
        finally:
            if grip is not None:
                grip.release()

    def close(self) -> None:
        """Close the store; runs that are being driven are not touched."""
        self._database.close()

    def _record(
        self, run_id: str, events: Sequence[RunEvent], outputs: Mapping[str, str]
    ) -> None:
        with self._database.writing() as connection:
            run, last = query.advance(connection, run_id, len(events))
            append(connection, run, last - len(events) + 1, events)
            store_outputs(connection, run, outputs)

    def _folder(self, run_id: str) -> Path:
        return self.root / "runs" / run_id

    def _make_folder(self, run: RunRecord) -> str:
        with failing(self.root / "runs"):
            if run.id:
                folder.make(self.folder(run.id))
                return run.id
            while True:
                run_id = new_id(run.workflow, run.created)
                try:
                    folder.make(self._folder(run_id))
                except FileExistsError:
                    continue
                return run_id

    def _grip(self, run_id: str) -> lock.Grip:
        path = self.folder(run_id) / folder.LOCK
        with self._database.reading() as connection:
            query.number(connection, run_id)
        with failing(path):
            return lock.Grip(path, f"run {run_id}")

    def _reopen(self, run_id: str, before: lock.Hold) -> None:
        now = time.time()
        again = RunEvent(step="", phase=Phase.PENDING, time=now, message="reopened")
        with self._database.writing() as connection:
            found = query.get(connection, run_id)
            left = not found.record.remote and is_left(found.opened, before)
            if not found.record.phase.ended and not left:
                raise StoreFailed(f"run {run_id} has not ended; cancel it first")
            run, seq = query.advance(connection, run_id, 1)
            append(connection, run, seq, (again,))
            query.reopen(connection, run, now)
            commands.take(connection, run, now)

    def _settled(self, found: query.Found) -> RunRecord:
        if found.record.phase.ended or found.record.remote:
            return found.record
        path = self._folder(found.record.id) / folder.LOCK
        with failing(path):
            state = lock.state(path)
        if not is_left(found.opened, state):
            return found.record
        with self._database.reading() as connection:  # it may just have ended
            again = query.get(connection, found.record.id)
        if again.record.phase.ended or again.opened != found.opened:
            return again.record
        return replace(again.record, phase=Phase.INTERRUPTED)


def _remove(path: Path) -> None:
    try:
        folder.remove(path)
    except OSError as error:
        raise StoreFailed(
            f"{path}: this folder of a deleted run could not be removed "
            f"({error.strerror}: {error.filename}); remove it by hand"
        ) from error


def _storable(event: RunEvent) -> RunEvent:
    return replace(event, step=storable(event.step), message=storable(event.message))


def _check_size(run: RunRecord) -> None:
    for what in ("document", "arguments", "options"):
        size = len(getattr(run, what).encode())
        if size > MOST_BYTES:
            raise StoreFailed(
                f"workflow {run.workflow!r}: its {what} is {size / 1e6:.0f} MB, "
                f"{MOST_BYTES / 1e6:.0f} MB at the most; pass large data as a file"
            )
