"""What can be wrong with a step that is to be tuned: it has to read what is chosen."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping
from functools import lru_cache

from couler_jupyter.ir.constant import Constant
from couler_jupyter.ir.name import nearest
from couler_jupyter.ir.parameter import InputParameter
from couler_jupyter.ir.step import Step
from couler_jupyter.ir.template import (
    Foreign,
    Function,
    Input,
    SubWorkflow,
    Suspend,
    Template,
    output_names,
)
from couler_jupyter.ir.tuning.dimension import Categorical, Dimension
from couler_jupyter.ir.tuning.setting import Scalar
from couler_jupyter.ir.tuning.tune import Tune
from couler_jupyter.ir.validate_template import texts_of
from couler_jupyter.ir.value import InputRef, leaves


def tune_faults(step: Step, tune: Tune, inputs: Mapping[str, Input]) -> Iterator[str]:
    """Yield what is wrong with how a step is to be tuned.

    Args:
        step: the step.
        tune: what it asks for.
        inputs: what its template takes, by name.
    """
    if isinstance(step.template, Suspend | Foreign | SubWorkflow):
        yield "it is to be tuned; only a function, script, container or job can be"
        return
    for name, dimension in tune.space.dimensions:
        yield from _dimension_faults(name, dimension, step, inputs)
    yield from _place_faults(step, tune, inputs)


def _dimension_faults(
    name: str, dimension: Dimension, step: Step, inputs: Mapping[str, Input]
) -> Iterator[str]:
    what = f"hyper-parameter {name!r}"
    port = inputs.get(name)
    if not isinstance(port, InputParameter):
        yield f"{what} is no parameter of it{nearest(name, inputs)}"
        return
    given = next((one.value for one in step.arguments if one.name == name), None)
    if given is not None and not isinstance(given, Constant):
        yield f"{what} is given by another step or the run; it must be known before"
    for value in _ends(dimension):
        known = Constant.of(value)
        if not port.type.admits(value):
            yield f"{what} may be {known.json}; input {name!r} is {port.type.with_article}"
        elif port.choices and known not in port.choices:
            some = ", ".join(one.json for one in port.choices)
            yield f"{what} may be {known.json}; input {name!r} must be one of {some}"
    if not _reads(step.template, name):
        yield f"{what} is never read by what it runs; tuning it would change nothing"


def _ends(dimension: Dimension) -> tuple[Scalar, ...]:
    """Return values that tell what a dimension may be."""
    if isinstance(dimension, Categorical):
        return dimension.choices
    return dimension.low, dimension.high


def _place_faults(step: Step, tune: Tune, inputs: Mapping[str, Input]) -> Iterator[str]:
    names = {name for name, _ in tune.space.dimensions}
    if tune.budget in names:
        yield f"its budget {tune.budget!r} is a hyper-parameter; it cannot be both"
    elif tune.budget and not isinstance(inputs.get(tune.budget), InputParameter):
        yield (
            f"its budget {tune.budget!r} is no parameter of it"
            f"{nearest(tune.budget, inputs)}"
        )
    elif tune.budget and not _reads(step.template, tune.budget):
        yield f"its budget {tune.budget!r} is never read by what it runs"
    left = output_names(step.template)
    if tune.log and tune.log not in left:
        yield f"its log {tune.log!r} is no output of it{nearest(tune.log, left)}"


def _reads(template: Template, name: str) -> bool:
    if isinstance(template, Function):
        return _function_reads(template.source, template.entrypoint, name)
    return any(
        isinstance(leaf, InputRef) and leaf.name == name
        for text in texts_of(template)
        for leaf in leaves(text)
    )


@lru_cache(maxsize=1024)
def _function_reads(source: str, entrypoint: str, name: str) -> bool:
    """Return whether a function reads one of its parameters; True if that is unclear."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True  # told by itself
    found = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name == entrypoint
    ]
    return not found or _is_read(found[-1], name)


def _is_read(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    taken = function.args
    every = (*taken.posonlyargs, *taken.args, *taken.kwonlyargs)
    if all(one.arg != name for one in every):
        return True  # among all the others that it takes
    return any(
        isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Load)
        and node.id in {name, "locals"}
        for part in function.body
        for node in ast.walk(part)
    )
