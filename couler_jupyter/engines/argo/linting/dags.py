"""DAG templates: their tasks, what each waits for, and what it can see."""

from __future__ import annotations

from dataclasses import dataclass, replace

from couler_jupyter.engines.argo.linting.depends import (
    RESULTS,
    RESULTS_OF_ITEMS,
    Wait,
    waits_of,
)
from couler_jupyter.engines.argo.linting.library import Template
from couler_jupyter.engines.argo.linting.names import check_names
from couler_jupyter.engines.argo.linting.order import Order
from couler_jupyter.engines.argo.linting.plain import (
    Object,
    entries,
    has_tag,
    inside,
    text,
    words,
)
from couler_jupyter.engines.argo.linting.references import check_texts
from couler_jupyter.engines.argo.linting.report import Report, meant, shown
from couler_jupyter.engines.argo.linting.scope import Scope
from couler_jupyter.engines.argo.linting.siblings import Sibling
from couler_jupyter.engines.argo.linting.subject import Subject
from couler_jupyter.engines.argo.linting.users import CheckTemplate, check_user
from couler_jupyter.engines.finding import Rule
from couler_jupyter.engines.kube.places import Path

NO_TASKS = Rule("ARGO441", "no-tasks", "a dag has at least one task")
MANY_TASKS = Rule("ARGO442", "too-many-tasks", "a dag has up to 200 tasks")
BAD_DEPENDS = Rule("ARGO443", "bad-depends", "`depends` is an expression over tasks")
UNKNOWN_TASK = Rule("ARGO444", "unknown-task", "tasks that are waited for exist")
UNKNOWN_RESULT = Rule("ARGO445", "unknown-result", "results in `depends` exist")
NO_ITEMS = Rule(
    "ARGO446", "result-of-items", "AnySucceeded and AllFailed are asked of a loop"
)
CYCLE = Rule("ARGO447", "cycle", "no task waits for itself, not even by others")
TWO_ORDERS = Rule(
    "ARGO448", "depends-and-dependencies", "a dag has `depends` or `dependencies`"
)
CONTINUE_ON = Rule(
    "ARGO449", "continue-on-with-depends", "with `depends` there is no continueOn"
)
DIGIT_FIRST = Rule(
    "ARGO450",
    "task-name-with-digit",
    "tasks in an order have names that start with a letter",
)
UNKNOWN_TARGET = Rule("ARGO451", "unknown-target", "targets of a dag are its tasks")

MOST_TASKS = 200


@dataclass(frozen=True, slots=True)
class _Task:
    at: int
    body: Object
    path: Path
    waits: tuple[tuple[Path, Wait], ...]


def check_dag(
    template: Template, subject: Subject, scope: Scope, check_template: CheckTemplate
) -> None:
    """Look at the tasks of a DAG template."""
    report, path = subject.report, (*template.path, "dag", "tasks")
    dag = inside(template.body, "dag")
    tasks = [_task(at, one, (*path, at), report) for at, one in entries(dag, "tasks")]
    if not tasks:
        report.add(NO_TASKS, path, f"dag {shown(template.name)} has no tasks")
    if len(tasks) > MOST_TASKS:
        over = len(tasks) - MOST_TASKS
        what = f"dag {shown(template.name)} has {len(tasks)} tasks, {over} too many"
        right = "the cluster takes 200; some can go to a dag template of their own"
        report.add(MANY_TASKS, path, what, right, key=True)
    check_names(((one.path, one.body) for one in tasks), "task", report)
    by_name: dict[str, _Task] = {}
    for one in tasks:
        by_name.setdefault(text(one.body, "name"), one)
    _check_order(tasks, by_name, report)
    _check_targets(
        text(dag, "target"), by_name, (*template.path, "dag", "target"), report
    )
    order = Order(
        {name: [wait.task for _, wait in one.waits] for name, one in by_name.items()}
    )
    for cycle in order.cycles:
        where = by_name[cycle[0]]
        at = where.waits[0][0] if where.waits else where.path
        report.add(
            CYCLE, at, f"tasks wait for each other: {' -> '.join((*cycle, cycle[0]))}"
        )
    scope = replace(scope, word="tasks", siblings=_siblings(tasks, subject))
    _check_tasks(tasks, order, subject, scope, check_template)
    rest = {key: value for key, value in template.body.items() if key != "dag"}
    check_texts(rest, template.path, replace(scope, before=scope.siblings), report)


def _task(at: int, body: Object, path: Path, report: Report) -> _Task:
    waits = [
        ((*path, "dependencies", n), Wait(name, ""))
        for n, name in words(body, "dependencies")
    ]
    depends = text(body, "depends")
    if depends and not has_tag(depends):
        found, fault = waits_of(depends)
        waits += [((*path, "depends"), wait) for wait in found]
        if fault:
            report.add(BAD_DEPENDS, (*path, "depends"), f"this cannot be read: {fault}")
    return _Task(at, body, path, tuple(waits))


def _siblings(tasks: list[_Task], subject: Subject) -> dict[str, Sibling]:
    return {
        text(one.body, "name"): Sibling(
            one.body, subject.library.target(one.body, subject.holder).template
        )
        for one in tasks
    }


def _check_tasks(
    tasks: list[_Task],
    order: Order,
    subject: Subject,
    scope: Scope,
    check_template: CheckTemplate,
) -> None:
    for one in tasks:
        ended = order.before(text(one.body, "name"))
        seen = replace(scope, before=ended, user=(*scope.user, one.body))
        check_user(one.body, one.path, subject, seen, check_template=check_template)


def _check_order(tasks: list[_Task], by_name: dict[str, _Task], report: Report) -> None:
    uses_depends = any(text(one.body, "depends") for one in tasks)
    for one in tasks:
        body, path = one.body, one.path
        listed = bool(body.get("dependencies"))
        if uses_depends and listed:
            right = "in `depends` names are joined by &&"
            report.add(
                TWO_ORDERS,
                (*path, "dependencies"),
                "this dag has both depends and dependencies",
                right,
                key=True,
            )
        if uses_depends and body.get("continueOn") is not None:
            right = "those who wait say it: name.Failed, name.Errored"
            report.add(
                CONTINUE_ON,
                (*path, "continueOn"),
                "continueOn has no place beside depends",
                right,
                key=True,
            )
        name = text(body, "name")
        if name[:1].isdigit() and (uses_depends or listed):
            report.add(
                DIGIT_FIRST,
                (*path, "name"),
                f"task {shown(name)} starts with a digit",
                "in an order the first sign is a letter",
            )
        for where, wait in one.waits:
            _check_wait(wait, where, by_name, report)


def _check_wait(
    wait: Wait, path: Path, by_name: dict[str, _Task], report: Report
) -> None:
    awaited = by_name.get(wait.task)
    known = (*RESULTS, *RESULTS_OF_ITEMS)
    if awaited is None:
        if not has_tag(wait.task):
            report.add(
                UNKNOWN_TASK,
                path,
                f"there is no task {shown(wait.task)}",
                meant(wait.task, by_name),
            )
    elif wait.result and wait.result not in known:
        what = f"no task has the result {shown(wait.result)}"
        report.add(UNKNOWN_RESULT, path, what, meant(wait.result, known))
    elif wait.result in RESULTS_OF_ITEMS and not Sibling(awaited.body, None).is_loop:
        what = f"{wait.result} is asked of task {shown(wait.task)}, which is no loop"
        report.add(
            NO_ITEMS,
            path,
            what,
            f"right is {wait.task}.Succeeded or {wait.task}.Failed",
        )


def _check_targets(
    target: str, by_name: dict[str, _Task], path: Path, report: Report
) -> None:
    for name in target.split():
        if name not in by_name and not has_tag(target):
            report.add(
                UNKNOWN_TARGET,
                path,
                f"there is no task {shown(name)}",
                meant(name, by_name),
            )
