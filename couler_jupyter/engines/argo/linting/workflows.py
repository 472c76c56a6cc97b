"""A workflow as a whole: where it starts, what it is given, how it ends."""

from __future__ import annotations

from couler_jupyter.engines.argo.linting.arguments import (
    check_artifact,
    check_value,
    needs_value,
)
from couler_jupyter.engines.argo.linting.globals import Globals
from couler_jupyter.engines.argo.linting.kinds import check_labels
from couler_jupyter.engines.argo.linting.library import Target
from couler_jupyter.engines.argo.linting.names import check_names
from couler_jupyter.engines.argo.linting.plain import entries, inside, text, texts
from couler_jupyter.engines.argo.linting.policies import check_policies
from couler_jupyter.engines.argo.linting.references import check_texts
from couler_jupyter.engines.argo.linting.report import shown
from couler_jupyter.engines.argo.linting.scope import Scope
from couler_jupyter.engines.argo.linting.subject import Subject
from couler_jupyter.engines.argo.linting.tags import tags_of
from couler_jupyter.engines.argo.linting.templates import check_templates
from couler_jupyter.engines.argo.linting.timing import check_timing
from couler_jupyter.engines.argo.linting.users import (
    UNSEEN_TEMPLATE,
    check_hooks,
    tell_target,
)
from couler_jupyter.engines.finding import Rule, Severity

NO_ENTRYPOINT = Rule("ARGO701", "no-entrypoint", "a workflow says where it starts")
BOTH = Rule(
    "ARGO702", "templates-with-ref", "a workflow has templates or a workflowTemplateRef"
)
NOT_SUPPLIED = Rule(
    "ARGO703",
    "entrypoint-input",
    "inputs of the entrypoint are arguments of the workflow",
)
LATER_VALUE = Rule(
    "ARGO704",
    "value-at-submit",
    "parameters without a value are told: they get one when the workflow is submitted",
    Severity.NOTE,
)
NO_CRON_VALUE = Rule(
    "ARGO705", "no-value-for-cron", "parameters of a CronWorkflow have values"
)
TWO_VOLUMES = Rule("ARGO706", "volume-twice", "no two volumes have one name")
NO_REF_NAME = Rule("ARGO707", "bad-workflow-ref", "workflowTemplateRef has a name")


def check_workflow(subject: Subject) -> None:
    """Look at a workflow's spec and all its templates."""
    everywhere = Scope(known=Globals(subject), templates=())
    check_reference(subject)
    _check_arguments(subject)
    _check_start(subject)
    _check_end(subject, everywhere)
    _check_rest(subject, everywhere)
    check_templates(subject, everywhere)


def check_reference(subject: Subject) -> None:
    """Look at the template of another document that it runs, if it runs one."""
    spec, path, report = subject.spec, subject.path, subject.report
    ref = spec.get("workflowTemplateRef")
    if not isinstance(ref, dict):
        return
    where = (*path, "workflowTemplateRef")
    if subject.holder.templates:
        what = "it has both templates and workflowTemplateRef"
        report.add(BOTH, (*path, "templates"), what, "right is one of them", key=True)
    if not text(ref, "name"):
        report.add(NO_REF_NAME, (*where, "name"), "workflowTemplateRef has no name")
    elif subject.base is None:
        kind = (
            "ClusterWorkflowTemplate"
            if ref.get("clusterScope") is True
            else "WorkflowTemplate"
        )
        what = f"{kind} {shown(text(ref, 'name'))} is in none of the given files"
        report.add(
            UNSEEN_TEMPLATE,
            (*where, "name"),
            what,
            "whether it fits only the cluster knows",
        )


def _check_arguments(subject: Subject) -> None:
    spec, report = subject.spec, subject.report
    path = (*subject.path, "arguments")
    arguments = inside(spec, "arguments")
    for group, kind in (("parameters", "parameter"), ("artifacts", "artifact")):
        check_names(
            (((*path, group, at), one) for at, one in entries(arguments, group)),
            kind,
            report,
        )
    for at, one in entries(arguments, "parameters"):
        where = (*path, "parameters", at)
        check_value(one, where, subject, needed=False)
        if one.get("value") is None and one.get("valueFrom") is None:
            _tell_no_value(one, subject, where)
    for at, one in entries(arguments, "artifacts"):
        check_artifact(
            one,
            (*path, "artifacts", at),
            subject,
            needed=not subject.holder.is_reusable,
        )


def _tell_no_value(
    one: dict[str, object], subject: Subject, where: tuple[str | int, ...]
) -> None:
    name = text(one, "name")
    what = f"parameter {shown(name)} has no value"
    base = subject.base.spec if subject.base else {}
    inherited = [
        a
        for _, a in entries(inside(base, "arguments"), "parameters")
        if text(a, "name") == name
    ]
    if inherited or subject.is_open:
        return
    if subject.holder.kind == "CronWorkflow":
        subject.report.add(
            NO_CRON_VALUE, where, what, "nobody gives it one when a schedule is due"
        )
    elif subject.holder.kind == "Workflow":
        subject.report.add(LATER_VALUE, where, what, "it must be given one at submit")


def _check_start(subject: Subject) -> None:
    spec, report, holder = subject.spec, subject.report, subject.holder
    path = (*subject.path, "entrypoint")
    name = text(spec, "entrypoint")
    if not name and subject.base is not None:
        name = text(subject.base.spec, "entrypoint")
    if not name:
        if not holder.is_reusable and not subject.is_open:
            report.add(
                NO_ENTRYPOINT,
                path,
                f"this {holder.kind} has no entrypoint",
                "it needs the name of a template",
            )
        return
    target = subject.library.named(name, holder)
    tell_target(_without_note(target, subject), path, subject)
    if target.template is None or holder.is_reusable:
        return
    groups = (
        ("parameters", "parameter", target.template.input_parameters),
        ("artifacts", "artifact", target.template.input_artifacts),
    )
    for group, kind, wanted in groups:
        given = subject.arguments(group)
        for key, declared in wanted.items():
            if key not in given and needs_value(declared, kind):
                what = f"{kind} {shown(key)} of the entrypoint gets no value"
                right = f"it needs one in spec.arguments.{group}, or of its own"
                report.add(NOT_SUPPLIED, path, what, right)


def _without_note(target: Target, subject: Subject) -> Target:
    """Leave out that a template is unseen: that is told where the reference stands."""
    return (
        Target(missing=target.missing)
        if subject.is_open or not target.unknown
        else Target()
    )


def _check_end(subject: Subject, scope: Scope) -> None:
    spec, path = subject.spec, subject.path
    check_hooks({"hooks": spec.get("hooks")}, path, subject, scope)
    if name := text(spec, "onExit"):
        target = subject.library.named(name, subject.holder)
        tell_target(_without_note(target, subject), (*path, "onExit"), subject)


def _check_rest(subject: Subject, scope: Scope) -> None:
    spec, path, report = subject.spec, subject.path, subject.report
    check_timing(spec, path, report)
    check_policies(spec, path, report)
    defaults, where = inside(spec, "templateDefaults"), (*path, "templateDefaults")
    check_timing(defaults, where, report)
    check_policies(defaults, where, report)
    for key in ("labels", "annotations"):
        check_labels(
            inside(spec, "podMetadata", key), (*path, "podMetadata", key), report
        )
    seen: set[str] = set()
    for at, volume in entries(spec, "volumes"):
        name = text(volume, "name")
        if name in seen:
            report.add(
                TWO_VOLUMES,
                (*path, "volumes", at, "name"),
                f"there is another volume named {shown(name)} before",
            )
        seen.add(name)
    known = Scope(known=scope.known, templates=())
    for key, value in spec.items():
        if key not in ("templates", "templateDefaults", "hooks"):
            _check_globals(value, (*path, key), known, subject)


def _check_globals(
    value: object, path: tuple[str | int, ...], scope: Scope, subject: Subject
) -> None:
    """Look only at what is said of the workflow: the rest is put in where it is used."""
    for where, one in texts(value, path):
        tags = tags_of(one)
        if tags and all(tag.root == "workflow" or tag.is_expression for tag in tags):
            check_texts(one, where, scope, subject.report)
