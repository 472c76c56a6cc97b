"""Workflows from files: documents, and Python files that define them."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from traceback import extract_tb
from types import MappingProxyType
from typing import TypeAlias

from couler_jupyter.dsl import WorkflowBlock, building
from couler_jupyter.engines import IMPORTERS, Importer
from couler_jupyter.errors import BuildFailed, CoulerError, InvalidDocument, UsageFailed
from couler_jupyter.ir import Workflow, from_json, from_yaml, name_fault

Loader: TypeAlias = Callable[[Path], Mapping[str, Workflow]]

_LARGEST = 64 * 2**20
_MANIFEST = ("apiVersion", "schemaVersion")
"""One stands in every manifest of Kubernetes or of Kubeflow, and none in our own."""


def load_json(path: Path) -> Mapping[str, Workflow]:
    """Return the workflow of a JSON document, or those of an engine's manifest."""
    return _read(from_json, path)


def load_yaml(path: Path) -> Mapping[str, Workflow]:
    """Return the workflow of a YAML document, or those of an engine's manifests."""
    return _read(from_yaml, path)


def load_python(path: Path, *, run_name: str = "__couler__") -> Mapping[str, Workflow]:
    """Run a Python file and return the workflows it defines, by name.

    These are the workflows it writes, those bound to its names, and what it writes
    without naming a workflow, under the file's own name.

    Args:
        path: the file.
        run_name: what `__name__` is in it.

    Raises:
        BuildFailed: the file cannot be run; with its line.
    """
    name = path.stem if name_fault(path.stem) is None else "workflow"
    sys.path.insert(0, str(path.parent))
    try:
        with building(name, optional=True) as built:
            namespace = runpy.run_path(str(path), run_name=run_name)
    except CoulerError:
        raise
    except SyntaxError as error:
        raise BuildFailed(f"{path}, line {error.lineno}: {error.msg}") from None
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise BuildFailed(f"{path}, line {_line_in(path, error)}: {what}") from error
    finally:
        sys.path.remove(str(path.parent))
    found = {w.name: w for value in namespace.values() if (w := as_workflow(value))}
    for workflow in built.workflows:
        found.setdefault(workflow.name, workflow)
    return found


LOADERS: Mapping[str, Loader] = MappingProxyType(
    {".json": load_json, ".yaml": load_yaml, ".yml": load_yaml, ".py": load_python}
)


def load_file(path: Path, loaders: Mapping[str, Loader]) -> Mapping[str, Workflow]:
    """Return the workflows that a file holds or defines, by name.

    Raises:
        UsageFailed: there is no such file, or it is of no kind that holds workflows.
    """
    loader = loaders.get(path.suffix)
    if loader is None:
        known = ", ".join(sorted(loaders))
        raise UsageFailed(
            f"{path}: no kind of file that holds workflows; known: {known}"
        )
    if not path.is_file():
        raise UsageFailed(f"{path}: there is no such file")
    found = loader(path)
    if not found:
        raise UsageFailed(f"{path}: it defines no workflow")
    return found


def _read(parse: Callable[[str], Workflow], path: Path) -> Mapping[str, Workflow]:
    text = _text(path)
    if (importer := importer_of(text)) is not None:
        return by_name(importer.import_text(text, str(path)), str(path))
    try:
        workflow = parse(text)
    except InvalidDocument as error:
        raise InvalidDocument(f"{path}: {error}") from None
    return {workflow.name: workflow}


def _text(path: Path) -> str:
    size = path.stat().st_size
    if size > _LARGEST:
        raise InvalidDocument(f"{path}: {size} bytes; {_LARGEST} at the most")
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidDocument(f"{path}: no UTF-8 text at byte {error.start}") from None


def importer_of(text: str) -> Importer | None:
    """Return what reads a text as an engine's manifests; None if it is none."""
    if not any(word in text for word in _MANIFEST):
        return None
    importers = (IMPORTERS.get(name)() for name in IMPORTERS.names())
    return next((one for one in importers if one.recognizes(text)), None)


def by_name(workflows: Iterable[Workflow], place: str) -> Mapping[str, Workflow]:
    """Return workflows by their names.

    Raises:
        InvalidDocument: two have the same; `place` says where they are from.
    """
    found: dict[str, Workflow] = {}
    for workflow in workflows:
        if workflow.name in found:
            raise InvalidDocument(f"{place}: two workflows are named {workflow.name!r}")
        found[workflow.name] = workflow
    return found


def as_workflow(value: object) -> Workflow | None:
    """Return a workflow, or the one that a finished block has written, or None."""
    if isinstance(value, Workflow):
        return value
    if isinstance(value, WorkflowBlock) and not value.is_written:
        return None
    inner = getattr(value, "workflow", None)
    return inner if isinstance(inner, Workflow) else None


def _line_in(path: Path, error: BaseException) -> int | str:
    frames = extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path)]
    return lines[-1] if lines and lines[-1] is not None else "?"
