"""From a submission to its view: plain JSON that a browser shows."""

from __future__ import annotations

from couler_jupyter.protocol import VERSION
from couler_jupyter.protocol.submit import SubmitView
from couler_jupyter.session.submitting.fields import (
    argument_fields,
    option_fields,
    target_views,
)
from couler_jupyter.session.submitting.form import form_view
from couler_jupyter.session.submitting.submission import State, Submission

_MOST_STEPS = 2000


def submit_view(one: Submission) -> SubmitView:
    """Return where a submission stands, as JSON."""
    checked, run = one.checked, one.run
    ended = run is not None and one.state is State.ENDED
    rerun = run is not None and run.can_retry_from
    return {
        "type": "submit",
        "version": VERSION,
        "workflow": one.workflow.name,
        "engine": "" if checked.engine is None else checked.engine.name,
        "state": one.state.value,
        "submission": one.ticket,
        "edit": one.edit,
        "checked": one.checked_edit,
        "form": form_view(one.form),
        "fields": list(argument_fields(one.workflow)),
        "options": []
        if checked.engine is None
        else list(option_fields(checked.engine, checked.target, checked.suggested)),
        "targets": target_views(one.targets),
        "faults": dict(checked.faults),
        "errors": [*checked.errors, *one.errors],
        "rehearsal": list(one.rehearsal),
        "rehearsing": one.rehearsing,
        "run": "" if run is None else run.id,
        "page": "" if run is None else web_page(run.page),
        "phase": "" if run is None else run.phase.value,
        "rerun": rerun,
        "steps": list(run.steps)[:_MOST_STEPS] if ended and rerun and run else [],
    }


def web_page(url: str) -> str:
    """Return a URL if it leads to a page of the web; empty if it is anything else.

    >>> web_page("https://argo.example.org/workflows/ml/w-1")
    'https://argo.example.org/workflows/ml/w-1'
    >>> web_page("javascript:alert(1)")
    ''
    """
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    fine = (
        parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    )
    return url if fine else ""
