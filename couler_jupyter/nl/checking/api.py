"""What the package offers a program: its names, and what each of them takes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from inspect import Parameter
from types import MappingProxyType, ModuleType

from couler_jupyter.dsl.options import STEP_OPTIONS

_MAGIC = frozenset({"load_ipython_extension", "unload_ipython_extension"})
_UNPACKED = re.compile(r"Unpack\[(\w+)\]")

OTHER_WORDS = MappingProxyType(
    {
        "task": "step",
        "component": "step",
        "op": "step",
        "function": "step",
        "container": "run_container",
        "container_op": "run_container",
        "script": "run_script",
        "bash": "run_script",
        "python": "step",
        "job": "run_job",
        "pipeline": "workflow",
        "flow": "workflow",
        "parallel": "concurrent",
        "parallel_map": "map_",
        "map_items": "map_",
        "gather": "concurrent",
        "for_each": "map_",
        "foreach": "map_",
        "parallel_for": "map_",
        "map": "map_",
        "expand": "map_",
        "condition": "when",
        "branch": "when",
        "if_": "when",
        "while_": "exec_while",
        "loop": "exec_while",
        "repeat": "exec_while",
        "repeat_while": "exec_while",
        "on_exit": "set_exit_handler",
        "exit_handler": "set_exit_handler",
        "finally_": "set_exit_handler",
        "secret": "create_secret",
        "volume": "claim",
        "pvc": "claim",
        "param": "parameter",
        "input": "parameter",
        "approve": "suspend",
        "wait": "suspend",
        "sleep": "suspend",
        "depends": "set_dependencies",
        "schedule": "config_workflow",
        "configure": "config_workflow",
        "greater": "bigger",
        "greater_than": "bigger",
        "greater_equal": "bigger_equal",
        "less": "smaller",
        "less_than": "smaller",
        "less_equal": "smaller_equal",
        "eq": "equal",
        "s3_artifact": "create_s3_artifact",
        "artifact": "create_artifact",
    }
)
"""Names of other workflow libraries, and those that mean the same here."""

RUNS = frozenset({"run", "submit", "start", "execute", "delete", "workflow_yaml"})
"""Names that elsewhere run a workflow; here a person does that."""


def _front() -> ModuleType:
    """Return the package as programs see it; the floors below it need not."""
    return import_module("couler_jupyter")


def public_names() -> frozenset[str]:
    """Return what a program can use of the package."""
    return frozenset(_front().__all__) - _MAGIC


def nearest_name(name: str) -> str:
    """Return the name of the package that was probably meant; empty if none is near."""
    known = public_names()
    if name.lower() in OTHER_WORDS:
        return OTHER_WORDS[name.lower()]
    found = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return found[0] if found else ""


def facts_of(name: str) -> tuple[str, ...]:
    """Return what can be known of the run or of an attempt; empty for other names."""
    if name not in {"this_run", "this_attempt"}:
        return ()
    found = dir(getattr(_front(), name))
    return tuple(one for one in found if not one.startswith("_"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a function of the package takes.

    Attributes:
        positional: parameters that may be given by position, in order.
        keywords: all that may be given by name.
        required: those without a default.
        open_positions: whether it takes any number of positions.
        open_keywords: whether it takes any name.
    """

    positional: tuple[str, ...]
    keywords: frozenset[str]
    required: tuple[str, ...]
    open_positions: bool
    open_keywords: bool


def taken_by(name: str) -> Taken | None:
    """Return what a name of the package takes; None for what cannot be told."""
    found = getattr(_front(), name, None)
    if not callable(found):
        return None
    try:
        signature = inspect.signature(found)
    except (TypeError, ValueError):
        return None
    every = tuple(signature.parameters.values())
    options = _options(found, every)
    named = {one.name for one in every if one.kind in _NAMED}
    return Taken(
        positional=tuple(one.name for one in every if one.kind in _PLACED),
        keywords=frozenset(named | (options or frozenset())),
        required=tuple(one.name for one in every if _is_required(one)),
        open_positions=any(one.kind is Parameter.VAR_POSITIONAL for one in every),
        open_keywords=options is None
        and any(one.kind is Parameter.VAR_KEYWORD for one in every),
    )


def step_options() -> Collection[str]:
    """Return the options that all steps have."""
    return STEP_OPTIONS


_PLACED = frozenset({Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD})
_NAMED = frozenset({Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY})


def _is_required(one: Parameter) -> bool:
    return one.default is Parameter.empty and one.kind in _PLACED | _NAMED


def _options(found: object, every: tuple[Parameter, ...]) -> frozenset[str] | None:
    """Return the names that `**options: Unpack[SomeOptions]` stands for."""
    for one in every:
        if one.kind is Parameter.VAR_KEYWORD:
            match = _UNPACKED.search(str(one.annotation))
            if match is None:
                return None
            scope = getattr(found, "__globals__", {})
            declared = scope.get(match[1])
            return None if declared is None else frozenset(declared.__annotations__)
    return None
