"""What a notebook holds that a language model may be told of: names and shapes, no values.

Only looked at are things whose own type is known, so that looking runs nobody's code.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from types import FunctionType
from typing import Any, Final

from couler_jupyter.ir import Workflow
from couler_jupyter.llm import Redactor
from couler_jupyter.protocol import one_line

_FRAMES: Final = frozenset({"pandas", "polars", "geopandas"})
_MOST_FRAMES, _MOST_COLUMNS, _MOST_FUNCTIONS, _MOST_WORKFLOWS = 20, 60, 30, 10
_MOST_STEPS = 30
_LONGEST = 80


def notebook_context(
    names: Mapping[str, object],
    workflows: Mapping[str, Workflow],
    redactor: Redactor | None = None,
) -> str:
    """Return what may be told, in lines of text; empty for nothing.

    Data frames with their columns and types, functions with their parameters, and
    workflows with their steps. What looks like a secret is taken out.

    Args:
        names: the notebook's variables.
        workflows: those defined here.
        redactor: takes secrets out; None for one of this environment.
    """
    own = {name: one for name, one in names.items() if not name.startswith("_")}
    frames = [_frame(name, one) for name, one in own.items() if _is_frame(one)]
    functions = [
        _function(name, one)
        for name, one in own.items()
        if isinstance(one, FunctionType) and one.__module__ == "__main__"
    ]
    lines = [
        *_some("data frame", frames, _MOST_FRAMES),
        *_some("function", functions, _MOST_FUNCTIONS),
        *_some(
            "workflow", [_workflow(one) for one in workflows.values()], _MOST_WORKFLOWS
        ),
    ]
    return (redactor or Redactor()).clean("\n".join(lines))


def _some(kind: str, found: list[str], most: int) -> Iterator[str]:
    # the latest are what somebody works on
    yield from (f"{kind} {one}" for one in found[-most:])
    if len(found) > most:
        yield f"and {len(found) - most} more {kind}s"


def _is_frame(one: object) -> bool:
    kind = type(one)
    package = kind.__module__.partition(".")[0]
    return package in _FRAMES and kind.__name__ in {"DataFrame", "GeoDataFrame"}


def _frame(name: str, frame: Any) -> str:  # noqa: ANN401 (of a package that may be missing)
    columns = list(zip(frame.columns, frame.dtypes, strict=False))
    told = [f"{_word(column)}: {_word(kind)}" for column, kind in columns]
    more = len(told) - _MOST_COLUMNS
    end = f", and {more} more" if more > 0 else ""
    return f"{_word(name)}({', '.join(told[:_MOST_COLUMNS])}{end})"


def _function(name: str, function: FunctionType) -> str:
    """Return a signature; of defaults only that there are some, for they are values."""
    code = function.__code__
    count = code.co_argcount + code.co_kwonlyargcount
    annotations = inspect.get_annotations(function)
    told = [_parameter(one, annotations) for one in code.co_varnames[:count]]
    back = annotations.get("return")
    end = "" if back is None else f" -> {_kind(back)}"
    return f"{_word(name)}({', '.join(told)}){end}"


def _parameter(name: str, annotations: Mapping[str, object]) -> str:
    kind = annotations.get(name)
    return _word(name) if kind is None else f"{_word(name)}: {_kind(kind)}"


def _kind(annotation: object) -> str:
    if isinstance(annotation, str):
        return _word(annotation)
    return _word(annotation.__name__) if isinstance(annotation, type) else "object"


def _workflow(workflow: Workflow) -> str:
    steps = [_word(step.name) for step in workflow.steps[:_MOST_STEPS]]
    more = len(workflow.steps) - len(steps)
    end = f", and {more} more" if more else ""
    return f"{_word(workflow.name)}({', '.join(steps)}{end})"


def _word(text: object) -> str:
    return one_line(str(text), _LONGEST)
