"""Templates: that each is of one type, and what its type allows."""

from __future__ import annotations

from couler_jupyter.engines.argo.linting.containers import check_containers
from couler_jupyter.engines.argo.linting.dags import check_dag
from couler_jupyter.engines.argo.linting.inputs import check_inputs
from couler_jupyter.engines.argo.linting.library import TYPES, Template
from couler_jupyter.engines.argo.linting.names import check_names
from couler_jupyter.engines.argo.linting.outputs import check_outputs
from couler_jupyter.engines.argo.linting.policies import check_policies
from couler_jupyter.engines.argo.linting.references import check_texts
from couler_jupyter.engines.argo.linting.report import shown
from couler_jupyter.engines.argo.linting.resources import check_resource
from couler_jupyter.engines.argo.linting.scope import Scope
from couler_jupyter.engines.argo.linting.steps import check_steps
from couler_jupyter.engines.argo.linting.stored import check_stored
from couler_jupyter.engines.argo.linting.subject import Subject
from couler_jupyter.engines.argo.linting.timing import check_timing
from couler_jupyter.engines.finding import Rule

NO_TYPE = Rule("ARGO301", "no-template-type", "a template says what it runs")
TWO_TYPES = Rule("ARGO302", "two-template-types", "a template runs one thing")
ONLY_LEAF = Rule(
    "ARGO303",
    "only-for-leaf-templates",
    "timeout and activeDeadlineSeconds stand in templates that run something themselves",
)
ONLY_GROUP = Rule(
    "ARGO304", "only-for-dag-or-steps", "parallelism stands in dag and steps templates"
)
NO_MANY = Rule("ARGO305", "too-many-templates", "there are up to 200 templates")

MOST_TEMPLATES = 200


def check_templates(subject: Subject, everywhere: Scope) -> None:
    """Look at all templates of a document.

    Args:
        subject: the document.
        everywhere: what all of them see.
    """
    templates = subject.holder.templates
    check_names(((one.path, one.body) for one in templates), "template", subject.report)
    if len(templates) > MOST_TEMPLATES:
        what = f"there are {len(templates)} templates, {len(templates) - MOST_TEMPLATES} too many"
        right = "the cluster takes 200; tasks can share one with parameters"
        subject.report.add(NO_MANY, (*subject.path, "templates"), what, right, key=True)
    for template in templates:
        check_template(template, subject, everywhere)


def check_template(template: Template, subject: Subject, outer: Scope) -> None:
    """Look at one template.

    Args:
        template: the template.
        subject: the document it stands in.
        outer: what it sees besides its own inputs; more than `workflow.*` where it stands
            inside a task.
    """
    report, body, path = subject.report, template.body, template.path
    _check_type(template, subject)
    _check_fields(template, subject)
    check_inputs(template, report)
    check_outputs(template, report)
    check_timing(body, path, report)
    check_policies(body, path, report)
    scope = Scope(
        known=outer.known,
        templates=(*outer.templates, template),
        word=outer.word,
        siblings=outer.siblings,
        before=outer.before,
        user=outer.user,
    )
    if template.type == "dag":
        check_dag(template, subject, scope, check_template)
    elif template.type == "steps":
        check_steps(template, subject, scope, check_template)
    else:
        check_containers(template, subject)
        check_stored(template, subject)
        check_resource(template, report)
        check_texts(body, path, scope, report)


def _check_type(template: Template, subject: Subject) -> None:
    name = shown(template.name) if template.name else "without a name"
    if not template.types:
        what = f"template {name} runs nothing"
        right = f"it needs one of {', '.join(TYPES)}"
        subject.report.add(NO_TYPE, template.path, what, right)
    elif len(template.types) > 1:
        what = f"template {name} has {' and '.join(template.types)}"
        right = "each needs a template of its own"
        subject.report.add(
            TWO_TYPES, (*template.path, template.types[1]), what, right, key=True
        )


def _check_fields(template: Template, subject: Subject) -> None:
    body, path, report = template.body, template.path, subject.report
    if not template.is_leaf:
        for key in ("timeout", "activeDeadlineSeconds"):
            if body.get(key) not in (None, ""):
                what = f"a {template.type} template has no {key}"
                report.add(
                    ONLY_LEAF,
                    (*path, key),
                    what,
                    "the templates it runs may have one",
                    key=True,
                )
    elif template.type and body.get("parallelism") is not None:
        what = f"a {template.type} template has no parallelism"
        right = "the dag or steps template that runs it may have one"
        report.add(ONLY_GROUP, (*path, "parallelism"), what, right, key=True)
