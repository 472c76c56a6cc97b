"""Order in so many words: `dag` and `set_dependencies`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from couler_jupyter import dsl
from couler_jupyter.compat.arguments import passed_on
from couler_jupyter.compat.current import adding, remembered
from couler_jupyter.compat.order import alone, line_of, told
from couler_jupyter.compat.result import Results
from couler_jupyter.dsl.scope import Scope


def dag(dependency_graph: Sequence[Sequence[Any]]) -> None:
    """Add steps in the order of some chains: each runs after the one before it.

    In the graph a step that is called again is the same step, if it has the same name
    or is the same function with the same arguments.

    Raises:
        BuildFailed: something is no chain of functions, or two steps have one name.
    """
    with adding() as scope, told(scope):
        if isinstance(dependency_graph, list | tuple):
            dependency_graph = [_chain(one, scope) for one in dependency_graph]
        dsl.dag(dependency_graph)


def set_dependencies(
    step_function: Callable[[], Any],
    dependencies: Sequence[str] | str | None = None,
) -> object:
    """Have the steps that a function adds wait for others.

    Args:
        step_function: adds a step, or several that run in their order.
        dependencies: names of steps, whose outputs the step takes without naming them;
            or a text such as `A.Succeeded && (B.Failed || !C)`.

    Returns:
        What the function returned.

    Raises:
        BuildFailed: an argument makes no sense.
    """
    with adding() as scope, told(scope):
        line = line_of(scope)
        line.passed = _outputs(dependencies, scope)
        try:
            first: Any = step_function
            if callable(step_function):
                first = alone(scope, step_function)
            return dsl.set_dependencies(first, dependencies)
        finally:
            line.passed = ()


def _chain(chain: Any, scope: Scope) -> Any:  # noqa: ANN401 (dsl.dag says what is wrong)
    if not isinstance(chain, list | tuple):
        return chain
    return [alone(scope, one) if callable(one) else one for one in chain]


def _outputs(
    dependencies: Sequence[str] | str | None, scope: Scope
) -> tuple[object, ...]:
    if dependencies is None or isinstance(dependencies, str):
        return ()
    results = remembered(scope, Results).by_name
    known = [results.get(str(name)) for name in dependencies]
    return tuple(one for result in known for one in passed_on(result))
