"""Files that a function returns the paths of, put where they are waited for."""

# ruff: noqa: PTH110, PTH112, ANN401, D103
import os
import shutil
from typing import Any

from couler_jupyter.engines.kube.runner.values import Stop


def keep_file(output: Any, value: Any, name: str) -> None:
    if not isinstance(value, str):
        raise Stop(65, name + " must be a path; the function returned something else")
    if os.path.isdir(value):
        shutil.copytree(value, output["path"], symlinks=True, copy_function=link)
    elif os.path.exists(value):
        link(value, output["path"])
    elif not output.get("optional"):
        raise Stop(65, name + ": the step left no " + value)


def link(source: Any, target: Any) -> Any:
    """Copy a file, without writing its content again where that can be."""
    try:
        os.link(os.path.realpath(source), target)
    except OSError:
        shutil.copy2(source, target)
    return target
