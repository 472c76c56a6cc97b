"""Steps templates: groups that run one after another, the steps of one side by side."""

from __future__ import annotations

from dataclasses import replace

from couler_jupyter.engines.argo.linting.library import Template
from couler_jupyter.engines.argo.linting.names import check_names
from couler_jupyter.engines.argo.linting.plain import text
from couler_jupyter.engines.argo.linting.references import check_texts
from couler_jupyter.engines.argo.linting.scope import Scope
from couler_jupyter.engines.argo.linting.siblings import Sibling
from couler_jupyter.engines.argo.linting.subject import Subject, groups_of, users_of
from couler_jupyter.engines.argo.linting.users import CheckTemplate, check_user


def check_steps(
    template: Template, subject: Subject, scope: Scope, check_template: CheckTemplate
) -> None:
    """Look at the steps of a template."""
    check_names(users_of(template), "step", subject.report)
    siblings = {
        text(step, "name"): Sibling(
            step, subject.library.target(step, subject.holder).template
        )
        for _, step in users_of(template)
    }
    ended: frozenset[str] = frozenset()
    for at, group in enumerate(groups_of(template)):
        for inner, step in group:
            seen = replace(
                scope,
                word="steps",
                siblings=siblings,
                before=ended,
                user=(*scope.user, step),
            )
            path = (*template.path, "steps", at, inner)
            check_user(step, path, subject, seen, check_template=check_template)
        ended |= {text(step, "name") for _, step in group}
    rest = {key: value for key, value in template.body.items() if key != "steps"}
    after = replace(scope, word="steps", siblings=siblings, before=siblings)
    check_texts(rest, template.path, after, subject.report)
