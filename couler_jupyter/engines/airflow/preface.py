"""The part of a DAG file that is the same for all that need the same classes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from couler_jupyter.engines.airflow.setting import Setting

_OWN = "couler_jupyter."
_FOLDER = Path(__file__).parent / "prelude"
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "values": (),
    "trees": ("values",),
    "ends": ("trees",),
    "facts": ("ends",),
    "files": ("trees",),
    "steps": ("facts",),
    "boxes": ("files", "steps"),
    "shells": ("boxes",),
    "functions": ("boxes",),
    "externals": ("functions",),
    "installs": ("functions",),
    "docker": ("boxes",),
    "pods": ("boxes",),
    "waits": ("steps",),
    "asks": ("steps",),
    "groups": ("files", "steps"),
}
_OF = {
    "ShellStep": "shells",
    "FunctionStep": "functions",
    "OtherFunctionStep": "externals",
    "InstalledFunctionStep": "installs",
    "DockerStep": "docker",
    "PodStep": "pods",
    "WaitStep": "waits",
    "AskStep": "asks",
    "ItemsStep": "groups",
    "BeginStep": "groups",
    "EndingStep": "groups",
}
_ERRORS = (
    "AirflowException",
    "AirflowFailException",
    "AirflowSkipException",
    "AirflowTaskTimeout",
)
_EARLIER = {
    ("airflow.sdk", "ObjectStoragePath"): "airflow.io.path",
    ("airflow.sdk", "Variable"): "airflow.models",
    ("airflow.sdk", "BaseOperator"): "airflow.models.baseoperator",
    ("airflow.sdk", "DAG"): "airflow",
    ("airflow.sdk", "Param"): "airflow.models.param",
    ("airflow.sdk", "TaskGroup"): "airflow.utils.task_group",
    ("airflow.sdk", "task_group"): "airflow.decorators",
    ("airflow.sdk", "CronTriggerTimetable"): "airflow.timetables.trigger",
    ("airflow.providers.standard.operators.empty", "EmptyOperator"): (
        "airflow.operators.empty"
    ),
    ("airflow.providers.standard.operators.bash", "BashOperator"): (
        "airflow.operators.bash"
    ),
    ("airflow.providers.standard.operators.python", "PythonOperator"): (
        "airflow.operators.python"
    ),
    ("airflow.providers.standard.operators.python", "ExternalPythonOperator"): (
        "airflow.operators.python"
    ),
    ("airflow.providers.standard.operators.python", "PythonVirtualenvOperator"): (
        "airflow.operators.python"
    ),
    **{("airflow.sdk.exceptions", one): "airflow.exceptions" for one in _ERRORS},
}
"""Where names of Airflow 3 are found in Airflow 2.10."""

_BEFORE_3_3 = {("airflow.sdk.exceptions", one): "airflow.exceptions" for one in _ERRORS}
"""Where names of Airflow 3.3 are found in earlier ones, which 3.3 warns of."""

Import = tuple[str, str]
"""A module, and a name in it; no name for the module itself."""


def modules_for(classes: Iterable[str]) -> tuple[str, ...]:
    """Return the modules of the prelude that some classes need, each after its own."""
    wanted: dict[str, None] = {}

    def add(name: str) -> None:
        for one in _NEEDS[name]:
            add(one)
        wanted[name] = None

    for one in classes:
        if one in _OF:
            add(_OF[one])
    return tuple(name for name in _NEEDS if name in wanted)


def preface(
    modules: Iterable[str],
    imports: Iterable[Import],
    settings: Mapping[str, str],
    setting: Setting,
) -> str:
    """Return the imports and the prelude.

    Args:
        modules: of the prelude.
        imports: what else is imported.
        settings: values of the prelude's settings, as Python text.
        setting: which Airflow it is for.
    """
    parts = [_module(name) for name in modules]
    known = {one for names, _ in parts for one in names} | set(imports)
    body = "\n\n".join(text for _, text in parts)
    said = "\n".join(f"{name} = {text}" for name, text in settings.items())
    return f"{_imports(known, _places(setting))}\n\n{body}\n\n{said}\n"


def _places(setting: Setting) -> Mapping[Import, str]:
    if setting.old:
        return _EARLIER
    return {} if setting.since(3, 3) else _BEFORE_3_3


def _imports(known: Iterable[Import], places: Mapping[Import, str]) -> str:
    plain: list[str] = []
    by_module: dict[str, list[str]] = {}
    for module, name in sorted(known):
        if not name:
            plain.append(f"import {module}")
            continue
        place = places.get((module, name), module)
        by_module.setdefault(place, []).append(name)
    lines = [f"from {at} import {', '.join(by_module[at])}" for at in sorted(by_module)]
    return "\n".join([*plain, *lines])


@cache
def _module(name: str) -> tuple[frozenset[Import], str]:
    """Return what a module of the prelude imports, and all the rest of its text."""
    text = (_FOLDER / f"{name}.py").read_text(encoding="utf-8")
    found: set[Import] = set()
    last = 0
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import):
            found |= {(one.name, "") for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if module != "__future__" and not module.startswith(_OWN):
                found |= {(module, one.name) for one in node.names}
        else:
            continue
        last = node.end_lineno or last
    rest = "\n".join(text.split("\n")[last:]).strip("\n")
    kept = "\n".join(line.partition("  # type: ignore")[0] for line in rest.split("\n"))
    return frozenset(found), kept
