"""One submission from the first key typed to the end of its run. Whoever shows it is told.

It knows no browser and no thread of its own: `later` has things done in the background.
Many may ask at the same time (two tabs that show the same form): the lock decides.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from functools import partial
from threading import RLock, Thread

from couler_jupyter.errors import CoulerError, UsageFailed
from couler_jupyter.ir import Workflow
from couler_jupyter.session.run_handle import RunHandle
from couler_jupyter.session.session import Session
from couler_jupyter.session.submitting.checking import Checked, check, error_lines
from couler_jupyter.session.submitting.form import Form
from couler_jupyter.session.submitting.places import places_here
from couler_jupyter.session.submitting.reading import Order


class State(StrEnum):
    """Where a submission stands; see `SubmitState`."""

    EDITING = "editing"
    CHECKING = "checking"
    READY = "ready"
    SUBMITTING = "submitting"
    FOLLOWING = "following"
    ENDED = "ended"


_CAN_EDIT = (State.EDITING, State.CHECKING, State.READY)
_WHY_NOT = {
    State.EDITING: "something has to be put right first",
    State.CHECKING: "what was changed is still being checked",
    State.SUBMITTING: "it is being submitted already",
    State.FOLLOWING: "it was submitted already",
    State.ENDED: "it was submitted already",
}


def in_thread(work: Callable[[], None]) -> None:
    """Have something done in the background."""
    Thread(target=work, name="couler submit", daemon=True).start()


class Submission:
    """A form for one workflow, and the run that comes of it.

    Attributes:
        workflow: what it is about.
        targets: the places to run at.
        form: as it was last heard of; `edit`: the id of that change.
        checked: what came of the form; `checked_edit`: the change that it came of.
        state: where it stands.
        ticket: what Submit has to bring; used once.
        errors: what went wrong beside what was checked, one line each.
        rehearsal: what a dry run of the checked form found good.
        rehearsing: whether a dry run goes on.
        run: what came of it.
    """

    def __init__(
        self,
        session: Session,
        workflow: Workflow,
        *,
        told: Callable[[], None],
        follow: Callable[[RunHandle], None],
        later: Callable[[Callable[[], None]], None] = in_thread,
    ) -> None:
        """Make a form with all at its defaults; `begin` checks it.

        Args:
            session: what plans and submits.
            workflow: what is submitted.
            told: called, from any thread, when something has changed.
            follow: shows a run until it has ended; called in the background.
            later: has something done in the background.
        """
        self.workflow = workflow
        self.targets = places_here()
        self.edit = self.checked_edit = ""
        self.checked = Checked()
        self.state = State.CHECKING
        self.ticket = _new_ticket()
        self.errors: tuple[str, ...] = ()
        self.rehearsal: tuple[str, ...] = ()
        self.rehearsing = False
        self.run: RunHandle | None = None
        self._session = session
        self._told = told
        self._follow = follow
        self._later = later
        self._lock = RLock()
        self._is_checking = False
        self._is_asking = False
        names = {one.engine: one.name for one in reversed(self.targets)}
        self.form = Form(target=names.get(session.engine, "local"))

    def begin(self) -> None:
        """Check the form as it stands."""
        self.change(self.form, self.edit)

    def change(self, form: Form, edit: str) -> None:
        """Take in what was typed, and check it; only the newest change gets an answer.

        Raises:
            UsageFailed: it was submitted already.
        """
        with self._lock:
            if self.state not in _CAN_EDIT:
                raise UsageFailed(_WHY_NOT[self.state])
            self.form, self.edit = form, edit
            self.state, self.errors, self.rehearsal = State.CHECKING, (), ()
            start = not self._is_checking
            self._is_checking = True
        self._told()
        if start:
            self._later(self._check)

    def submit(self, ticket: str) -> None:
        """Start the run, in the background; once for each ticket.

        Raises:
            UsageFailed: it is not ready, or was submitted already.
        """
        with self._lock:
            if self.run is not None and self.state not in _CAN_EDIT:
                raise UsageFailed(f"it was submitted already, as run {self.run.id}")
            order = self.checked.order
            if self.state is not State.READY or order is None:
                raise UsageFailed(_WHY_NOT.get(self.state, "it is not ready"))
            if ticket != self.ticket:
                raise UsageFailed("what is shown is not the newest; look again")
            self.state, self.ticket = State.SUBMITTING, ""
            self.errors = ()
        self._told()
        self._later(lambda: self._hand_over(order))

    def rehearse(self) -> None:
        """Go through the submission in the background without making it.

        Raises:
            UsageFailed: it is not ready.
        """
        with self._lock:
            order = self.checked.order
            if self.state is not State.READY or order is None:
                raise UsageFailed(_WHY_NOT.get(self.state, "it is not ready"))
            if self.rehearsing:
                raise UsageFailed("a dry run goes on already")
            self.rehearsing, self.rehearsal, self.errors = True, (), ()
            edit = self.edit
        self._told()
        self._later(lambda: self._rehearse(order, edit))

    def cancel(self) -> None:
        """Ask for the run to be stopped, in the background."""
        run = self._in_state(State.FOLLOWING)
        self._later(lambda: self._ask(run.cancel))

    def retry(self) -> None:
        """Run again what had not succeeded, in the background."""
        run = self._in_state(State.ENDED)
        self._later(lambda: self._ask(run.retry, again=True))

    def retry_from(self, step: str) -> None:
        """Run a step again and all behind it, in the background."""
        run = self._in_state(State.ENDED)
        self._later(lambda: self._ask(lambda: run.retry_from(step), again=True))

    def anew(self) -> None:
        """Go back to the form for another run; what came of this one stays.

        Raises:
            UsageFailed: nothing was submitted yet, or the run goes on.
        """
        with self._lock:
            if self.state is not State.ENDED:
                raise UsageFailed("the form is for the run that goes on")
            self.state, self.ticket = State.EDITING, _new_ticket()
            self.run, self.targets = None, places_here()
            self.checked = replace(self.checked, manifest=None)  # of the last but one
        self.begin()

    def _in_state(self, wanted: State) -> RunHandle:
        with self._lock:
            if self.run is None or self.state is not wanted:
                raise UsageFailed(f"there is no run that is {wanted}")
            if self._is_asking:
                raise UsageFailed("it was asked for already")
            self._is_asking, self.errors = True, ()
            return self.run

    def _is_newest(self, form: Form) -> bool:
        return self.form is form

    def _check(self) -> None:
        while True:
            with self._lock:
                form, edit = self.form, self.edit
            try:
                found = check(
                    self._session,
                    self.workflow,
                    form,
                    self.targets,
                    is_wanted=partial(self._is_newest, form),
                    before=self.checked,
                )
            except Exception as error:  # noqa: BLE001 (told: nobody else would hear of it)
                found = Checked(errors=error_lines(error))
            with self._lock:
                if not self._is_newest(form):
                    continue
                self._is_checking = False
                self.checked, self.checked_edit = found, edit
                self.state = State.READY if found.is_ready else State.EDITING
            break
        self._told()

    def _hand_over(self, order: Order) -> None:
        try:
            run = self._session.submit(order.workflow, **order.given)
        except Exception as error:  # noqa: BLE001 (told: nobody else would hear of it)
            with self._lock:
                self.state, self.ticket = State.READY, _new_ticket()
                self.errors = error_lines(error)
            self._told()
            return
        with self._lock:
            self.state, self.run = State.FOLLOWING, run
        self._watch(run)

    def _watch(self, run: RunHandle) -> None:
        self._told()
        try:
            self._follow(run)
            errors: tuple[str, ...] = ()
        except CoulerError as error:
            errors = error_lines(error)
        with self._lock:
            self.state = State.ENDED
            self.errors = errors
        self._told()

    def _rehearse(self, order: Order, edit: str) -> None:
        good: tuple[str, ...] = ()
        bad: tuple[str, ...] = ()
        try:
            good = self._session.rehearse(order.workflow, **order.given)
        except Exception as error:  # noqa: BLE001 (told: nobody else would hear of it)
            bad = error_lines(error)
        with self._lock:
            self.rehearsing = False
            if self.edit == edit and self.state is State.READY:
                self.rehearsal, self.errors = good, bad
        self._told()

    def _ask(self, ask: Callable[[], object], *, again: bool = False) -> None:
        try:
            ask()
        except CoulerError as error:
            again = False
            self.errors = error_lines(error)
        run = self.run
        with self._lock:
            self._is_asking = False
            if again and run is not None:
                self.state = State.FOLLOWING
        if again and run is not None:
            self._watch(run)
        else:
            self._told()


def _new_ticket() -> str:
    return secrets.token_hex(8)
