"""Components that kfp makes of a Python function, as that function.

kfp runs the function's own text, under a few lines of imports, with values by its
parameters' names. A function that takes and leaves values alone runs the same anywhere.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    object_at,
    only,
    text_at,
    texts_at,
)
from couler_jupyter.engines.kubeflow.importing.ports import (
    parameters_of,
    type_of,
)
from couler_jupyter.ir import FromReturn, Function, OutputParameter

_MARK = "kfp.dsl.executor_main"
_ENTRY = "--function_to_execute"
_WORDS = re.compile(r"'([^']+)'")
_INSTALL = re.compile(r"pip install ([^&;\n]*)")
_OF_KFP = frozenset({"kfp", "typing-extensions"})
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_HEAD = frozenset(
    {
        "import kfp",
        "from kfp import dsl",
        "from kfp.dsl import *",
        "from typing import *",
    }
)
"""What kfp writes over a function; only the last says something to one without files."""
_KFP_NAMES = frozenset(
    {"dsl", "kfp", "Input", "Output", "InputPath", "OutputPath", "Artifact", "Dataset"}
    | {"Model", "Metrics", "HTML", "Markdown", "ClassificationMetrics"}
    | {"SlicedClassificationMetrics", "PipelineTaskFinalStatus"}
)
_KEPT = "from typing import *"
_SINGLE = "Output"


def function_of(component: Object, executor: Object) -> Function:
    """Return the function that a component runs.

    Raises:
        NoWord: it was not made of one, or the function needs kfp to run.
    """
    only(executor, frozenset({"container"}))
    body = object_at(executor, "container")
    only(body, frozenset({"image", "command", "args"}))
    command, args = texts_at(body, "command"), texts_at(body, "args")
    text = "\n".join(command)
    if _MARK not in text or not command or _ENTRY not in args:
        raise NoWord("kfp made it of no function")
    definitions = object_at(component, "inputDefinitions")
    if "artifacts" in definitions:
        raise NoWord("the function is given files")
    entry = args[args.index(_ENTRY) + 1 :][:1]
    return Function(
        source=_source(command[-1], *entry),
        entrypoint=entry[0],
        requirements=tuple(_requirements(text)),
        image=text_at(body, "image"),
        inputs=tuple(parameters_of(definitions)),
        outputs=tuple(_outputs(object_at(component, "outputDefinitions"))),
    )


def _outputs(definitions: Object) -> Iterator[OutputParameter]:
    if "artifacts" in definitions:
        raise NoWord("the function leaves files")
    found = object_at(definitions, "parameters")
    if found.keys() - {_SINGLE}:
        raise NoWord("the function leaves several values by name")
    for name in found:
        kind = type_of(object_at(found, name))
        yield OutputParameter(name=name, source=FromReturn(), type=kind)


def _source(text: str, entry: str = "") -> str:
    """Return a module that holds the function and needs no kfp.

    Raises:
        NoWord: it is no module, does not hold the function, or uses kfp.
    """
    lines = text.strip("\n").splitlines()
    kept = [one for one in lines if one.strip() not in _HEAD]
    module = "\n".join((_KEPT, *kept)).rstrip() + "\n"
    try:
        tree = ast.parse(module)
    except (SyntaxError, ValueError, RecursionError):
        raise NoWord("the component holds no module") from None
    held = {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}
    names = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)}
    if entry not in held or names & _KFP_NAMES:
        raise NoWord("the function needs kfp to run")
    return module


def _requirements(text: str) -> Iterator[str]:
    """Yield the packages that are installed for the function alone."""
    seen: set[str] = set()
    for command in _INSTALL.findall(text):
        for word in _WORDS.findall(command):
            name = _NAME.match(word)
            # options such as --index-url begin with no letter
            if (
                name is None
                or word.startswith("-")
                or name[0] in _OF_KFP
                or word in seen
            ):
                continue
            seen.add(word)
            yield word
