"""Tasks, steps, hooks: what they run and what they hand over."""

from __future__ import annotations

from collections.abc import Callable

from couler_jupyter.engines.argo.linting.arguments import check_arguments
from couler_jupyter.engines.argo.linting.library import Target, Template
from couler_jupyter.engines.argo.linting.plain import Object, inside, text
from couler_jupyter.engines.argo.linting.references import check_texts, check_when
from couler_jupyter.engines.argo.linting.report import meant, shown
from couler_jupyter.engines.argo.linting.scope import Scope
from couler_jupyter.engines.argo.linting.subject import Subject
from couler_jupyter.engines.finding import Rule, Severity
from couler_jupyter.engines.kube.places import Path

NO_TARGET = Rule(
    "ARGO401",
    "no-template",
    "a task, step or hook has one of template, templateRef and inline",
)
MISSING_TEMPLATE = Rule("ARGO402", "missing-template", "templates that are named exist")
UNSEEN_TEMPLATE = Rule(
    "ARGO403",
    "unseen-template",
    "templates of other documents are looked for in the given files",
    Severity.NOTE,
)
BAD_REF = Rule("ARGO404", "bad-template-ref", "templateRef has a name and a template")
TWO_LOOPS = Rule(
    "ARGO421", "two-loops", "one of withItems, withParam and withSequence makes a loop"
)
BAD_SEQUENCE = Rule("ARGO422", "bad-sequence", "withSequence has a count or an end")
NO_HOOK_EXPRESSION = Rule(
    "ARGO431", "hook-without-expression", "a hook other than exit says when it runs"
)

CheckTemplate = Callable[[Template, Subject, Scope], None]
_LOOKED_AT = ("inline", "hooks", "depends", "dependencies", "name", "template")
_LOOPS = ("withItems", "withParam", "withSequence")
_HOW = ("template", "templateRef", "inline")


def check_user(
    user: Object,
    path: Path,
    subject: Subject,
    scope: Scope,
    *,
    check_template: CheckTemplate,
) -> None:
    """Look at one task or step.

    Args:
        user: its plain object.
        path: where it stands.
        subject: the document.
        scope: what it sees.
        check_template: looks at a template that stands in it.
    """
    target = check_target(user, path, subject)
    check_loop(user, path, subject)
    if when := text(user, "when"):
        check_when(when, (*path, "when"), subject.report)
    check_arguments(inside(user, "arguments"), target, (*path, "arguments"), subject)
    for key, value in user.items():
        if key not in _LOOKED_AT:
            check_texts(value, (*path, key), scope, subject.report)
    if user.get("hooks") or user.get("onExit"):
        check_hooks(user, path, subject, scope.after(text(user, "name")))
    if isinstance(user.get("inline"), dict):
        inline = Template(inside(user, "inline"), (*path, "inline"))
        check_template(inline, subject, scope)


def check_target(
    user: Object, path: Path, subject: Subject, *, needed: bool = True
) -> Target:
    """Look at what a task, step or hook runs, and return it."""
    said = [key for key in _HOW if user.get(key) not in (None, "")]
    report = subject.report
    if not said:
        if needed:
            report.add(
                NO_TARGET,
                path,
                "nothing says which template runs",
                f"it needs one of {', '.join(_HOW)}",
            )
        return Target(unknown="nothing")
    if len(said) > 1:
        report.add(
            NO_TARGET,
            (*path, said[1]),
            f"it has {' and '.join(said)}",
            "right is one of them",
            key=True,
        )
    ref = inside(user, "templateRef")
    for key in ("name", "template") if "templateRef" in said else ():
        if not text(ref, key):
            report.add(
                BAD_REF, (*path, "templateRef", key), f"templateRef has no {key}"
            )
    target = subject.library.target(user, subject.holder)
    where = (*path, "template") if said[0] == "template" else (*path, "templateRef")
    tell_target(target, where, subject)
    return target


def tell_target(target: Target, path: Path, subject: Subject) -> None:
    """Say so where a template is not there, or cannot be known to be."""
    if target.missing:
        names = [one.name for one in subject.holder.templates]
        hint = (
            meant(target.missing.split("'")[1], names)
            if path[-1] != "templateRef"
            else ""
        )
        subject.report.add(
            MISSING_TEMPLATE, path, f"there is no {target.missing}", hint
        )
    elif target.unknown.startswith(("WorkflowTemplate", "ClusterWorkflowTemplate")):
        what = f"{target.unknown} is in none of the given files"
        subject.report.add(
            UNSEEN_TEMPLATE, path, what, "whether it fits only the cluster knows"
        )


def check_loop(user: Object, path: Path, subject: Subject) -> None:
    """Look at the loop of a task or step."""
    said = [key for key in _LOOPS if user.get(key) not in (None, "", [])]
    if len(said) > 1:
        subject.report.add(
            TWO_LOOPS,
            (*path, said[1]),
            f"it has {' and '.join(said)}",
            "right is one of them",
            key=True,
        )
    sequence = inside(user, "withSequence")
    if user.get("withSequence") is not None:
        where = (*path, "withSequence")
        has_count, has_end = (sequence.get(key) is not None for key in ("count", "end"))
        if has_count and has_end:
            subject.report.add(
                BAD_SEQUENCE,
                (*where, "end"),
                "it has both count and end",
                "right is one of them",
                key=True,
            )
        elif not has_count and not has_end:
            subject.report.add(
                BAD_SEQUENCE, where, "it has neither count nor end", key=True
            )


def check_hooks(user: Object, path: Path, subject: Subject, scope: Scope) -> None:
    """Look at the hooks of a task, step or workflow, and its exit template."""
    for name, hook in inside(user, "hooks").items():
        where = (*path, "hooks", name)
        if not isinstance(hook, dict):
            continue
        if name != "exit" and not text(hook, "expression"):
            what = f"hook {shown(name)} does not say when it runs"
            right = "it needs an expression; only the hook 'exit' has none"
            subject.report.add(NO_HOOK_EXPRESSION, where, what, right, key=True)
        target = check_target(hook, where, subject)
        arguments = inside(hook, "arguments")
        check_arguments(arguments, target, (*where, "arguments"), subject)
        check_texts(hook, where, scope, subject.report)
    if exit_template := text(user, "onExit"):
        target = subject.library.named(exit_template, subject.holder)
        tell_target(target, (*path, "onExit"), subject)
