"""Two DAGs of which one runs."""

from __future__ import annotations

from couler_jupyter.engines.kubeflow.dag import (
    Dag,
    output_of,
)


def add_branches(
    outer: Dag,
    key: str,
    branches: tuple[Dag, Dag],
    conditions: tuple[str, str],
    end: str = "",
) -> str:
    """Add two DAGs of which one runs, and leave what both have; return the first task.

    The second is left out if there is nothing in it.
    """
    tasks: list[str] = []
    wanted = (f"{key}{end}", f"{key}-else")
    for name, inner, condition in zip(wanted, branches, conditions, strict=True):
        if inner.tasks:
            near = f"{key}-if" if name == key else name
            component = outer.book.component(near, inner.spec())
            policy = {"condition": condition}
            tasks.append(
                outer.add(
                    name,
                    component,
                    given=inner.given,
                    inner=inner,
                    triggerPolicy=policy,
                )
            )
    for name in branches[0].outputs["parameters"]:
        outer.leave_first(name, [output_of(task, name) for task in tasks])
    return tasks[0]
