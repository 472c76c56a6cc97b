"""The form for submitting in a cell: ties what is typed to the session, and the run to it."""

from __future__ import annotations

from couler_jupyter.drawing import bundle, plan_bundle, plan_table_view
from couler_jupyter.ir import Workflow
from couler_jupyter.magics.live_run import LiveRun
from couler_jupyter.protocol import PlanView, workflow_view
from couler_jupyter.protocol.plan_table import PlanTableView
from couler_jupyter.protocol.submit import SubmitRequest
from couler_jupyter.session import RunHandle, Session
from couler_jupyter.session.submitting import State, Submission, form_of, submit_view


class SubmitInCell:
    """One form for one workflow, in the output of a cell."""

    def __init__(self, session: Session, workflow: Workflow) -> None:
        from couler_jupyter.widgets import SubmitWidget

        self._workflow = workflow
        self._live: LiveRun | None = None
        self._table: tuple[PlanView, PlanTableView] | None = None
        self.submission = one = Submission(
            session, workflow, told=self._tell, follow=self._follow
        )
        self.widget = SubmitWidget(
            submit_view(one),
            requests={
                "change": self._change,
                "submit": lambda asked: one.submit(asked.get("submission", "")),
                "rehearse": lambda _: one.rehearse(),
                "anew": lambda _: one.anew(),
                "cancel": lambda _: one.cancel(),
                "retry": lambda _: one.retry(),
                "retry_from": lambda asked: one.retry_from(asked.get("step", "")),
            },
            still=self._still,
        )

    def open(self) -> None:
        """Display it, and check it as it stands."""
        self.widget.show()
        self.submission.begin()

    def _change(self, asked: SubmitRequest) -> None:
        self.submission.change(form_of(asked.get("form")), asked.get("edit", ""))

    def _tell(self) -> None:
        one = self.submission
        if one.run is None and self._live is not None:
            self._live = None
            self.widget.show_run(None)
        checked = one.checked
        self.widget.update(submit_view(one), self._plan(checked.plan), checked.manifest)
        if one.state is State.ENDED:
            self.widget.keep()

    def _plan(self, plan: PlanView | None) -> PlanTableView | None:
        """Return a plan as a table, made once."""
        if plan is None:
            return None
        if self._table is None or self._table[0] is not plan:
            self._table = (plan, plan_table_view(plan))
        return self._table[1]

    def _follow(self, run: RunHandle) -> None:
        """Show a run until it has ended; one that is run again goes on in its view."""
        if self._live is None:
            one = self.submission
            asked = {"cancel": lambda _: one.cancel(), "retry": lambda _: one.retry()}
            self._live = LiveRun(run, asked)
            self.widget.show_run(self._live.widget)
        self._live.go()

    def _still(self) -> dict[str, str]:
        one, plan = self.submission, self.submission.checked.plan
        if one.run is not None:
            return bundle(workflow_view(one.run.workflow), one.run.view())
        if plan is not None:
            return plan_bundle(plan, workflow_view(self._workflow))
        return bundle(workflow_view(self._workflow))
