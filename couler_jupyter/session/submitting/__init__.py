"""Submitting by a form: what is typed, what it comes to, and that it starts only once."""

from couler_jupyter.session.submitting.form import Form, form_of, form_view
from couler_jupyter.session.submitting.submission import State, Submission
from couler_jupyter.session.submitting.view import submit_view

__all__ = ["Form", "State", "Submission", "form_of", "form_view", "submit_view"]
