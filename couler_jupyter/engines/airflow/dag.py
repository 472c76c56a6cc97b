"""The text of a DAG file: imports, the prelude, the tasks, and what waits for what."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.engines.airflow.building import Building
from couler_jupyter.engines.airflow.extras import called_in
from couler_jupyter.engines.airflow.header import dag_options
from couler_jupyter.engines.airflow.known import globals_of
from couler_jupyter.engines.airflow.literals import called, literal
from couler_jupyter.engines.airflow.names import variable
from couler_jupyter.engines.airflow.preface import Import, modules_for, preface
from couler_jupyter.engines.airflow.setting import Setting
from couler_jupyter.engines.airflow.task import Group, Task
from couler_jupyter.engines.kube.runner import whole_program
from couler_jupyter.ir import Workflow

_ALWAYS: frozenset[Import] = frozenset(
    {
        ("airflow.sdk", "DAG"),
        ("datetime", "datetime"),
        ("datetime", "timedelta"),
        ("datetime", "timezone"),
    }
)
_EMPTY: Import = ("airflow.providers.standard.operators.empty", "EmptyOperator")
"""What says that a run has failed, beside exit handlers that end well."""
_EDGES = """\
    for one, others in WAITS.items():
        dag.get_task(one).set_upstream([dag.get_task(other) for other in others])"""


def dag_text(workflow: Workflow, setting: Setting) -> str:
    """Return the DAG file of a workflow that Airflow can run."""
    building = Building(setting, globals_of(workflow))
    tasks = building.build(workflow)
    flat = list(_flat(tasks, ""))
    options = dag_options(workflow, setting)
    kinds = dict.fromkeys(task.kind for _, task in flat)
    modules = modules_for(kinds)
    imports = {*_ALWAYS, *_imports(tasks, options), *called_in(options)}
    if _EMPTY[1] in kinds:
        imports.add(_EMPTY)
    for _, task in flat:
        imports |= called_in(task.options)
    settings = {
        "STEPS": literal(building.steps),
        "WORKFLOW": repr(workflow.name),
        "PRIORITY": repr(workflow.priority or 0),
    }
    if "boxes" in modules:
        settings["KEPT"] = repr(setting.kept.rstrip("/"))
    if "functions" in modules:
        settings["PROGRAM"] = repr(whole_program())
    if "externals" in modules:
        settings["PYTHON"] = repr(setting.python)
    if "installs" in modules and setting.venvs:
        settings["VENVS"] = repr(setting.venvs)
    settings["WAITS"] = literal(
        {full: task.before for full, task in flat if task.before}
    )
    head = preface(modules, sorted(imports), settings, setting)
    lines = [f'"""{_title(workflow)}"""', "", "from __future__ import annotations", ""]
    lines += [head, "", f"with {called('DAG', options)} as dag:"]
    lines += _block(tasks, "", 4)
    lines += ["", _EDGES, ""]
    return "\n".join(lines)


def _title(workflow: Workflow) -> str:
    safe = workflow.name.encode("unicode_escape").decode().replace('"', "'")
    return f"The workflow {safe.replace(chr(92), '/')}; a generated file."


def _flat(tasks: tuple[Task | Group, ...], prefix: str) -> Iterator[tuple[str, Task]]:
    for one in tasks:
        if isinstance(one, Group):
            yield from _flat(one.tasks, f"{prefix}{one.id}.")
        else:
            yield f"{prefix}{one.id}", one


def _imports(
    tasks: tuple[Task | Group, ...], options: dict[str, object]
) -> set[Import]:
    found: set[Import] = set()
    for one in tasks:
        if isinstance(one, Group):
            name = "TaskGroup" if one.expand is None else "task_group"
            found |= {("airflow.sdk", name), *_imports(one.tasks, {})}
    if "params" in options:
        found.add(("airflow.sdk", "Param"))
    schedule = repr(options.get("schedule"))
    for name in ("CronTriggerTimetable", "MultipleCronTriggerTimetable"):
        if schedule.startswith(f"{name}("):
            found.add(("airflow.sdk", name))
    return found


def _block(tasks: tuple[Task | Group, ...], prefix: str, indent: int) -> list[str]:
    lines: list[str] = []
    for one in tasks:
        lines += (
            _group(one, prefix, indent)
            if isinstance(one, Group)
            else [_task(one, prefix, indent)]
        )
    return lines


def _task(task: Task, prefix: str, indent: int) -> str:
    pad = " " * indent
    said = {"step": task.step} if task.step else {}
    arguments: dict[str, object] = {"task_id": task.id, **task.options, **said}
    maker = task.kind if task.expand is None else f"{task.kind}.partial"
    text = called(maker, arguments, indent)
    if task.expand is not None:
        text += f".expand(item={literal(task.expand, indent)})"
    if task.teardown:
        text += ".as_teardown(on_failure_fail_dagrun=True)"
    return f"{pad}{variable(prefix + task.id)} = {text}"


def _group(group: Group, prefix: str, indent: int) -> list[str]:
    pad, whole = " " * indent, f"{prefix}{group.id}"
    name = variable(whole)
    inside = _block(group.tasks, f"{whole}.", indent + 4)
    if group.expand is None:
        return [f"{pad}with TaskGroup({group.id!r}) as {name}:", *inside]
    head = [f"{pad}@task_group(group_id={group.id!r})", f"{pad}def {name}(item):"]
    tail = f"{pad}{name}.expand(item={literal(group.expand, indent)})"
    return ["", *head, *inside, "", tail]
