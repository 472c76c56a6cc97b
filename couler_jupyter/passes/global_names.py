"""Who reads outputs by a global name, and who makes them: a tie that is no dependency."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.ir import (
    Foreign,
    GlobalRef,
    Step,
    SubWorkflow,
    Workflow,
    leaves_in,
    places_in,
)


def readers_of_globals(workflow: Workflow) -> Iterator[tuple[str, str, str]]:
    """Yield reader, maker and why the reader needs the maker; all by name of the step.

    The reader is empty where the workflow itself reads. A template of another engine may
    make any global output.
    """
    read: dict[str, list[str]] = {}
    for leaf, path in leaves_in(workflow):
        if isinstance(leaf, GlobalRef):
            read.setdefault(leaf.name, []).append(path.partition("/")[0])
    if not read:
        return
    for step in workflow.steps:
        names = _made_known(step)
        for name in read if names is None else sorted(names & read.keys()):
            for reader in read[name]:
                if reader != step.name:
                    whose = f"step {reader!r}" if reader else "the workflow"
                    yield reader, step.name, f"{whose} reads global output {name!r}"


def _made_known(step: Step) -> frozenset[str] | None:
    """Return the global names of what a step makes; None where they cannot be known."""
    match step.template:
        case Foreign():
            return None
        case SubWorkflow(workflow=inner):
            names: set[str] = set()
            for one, _ in places_in(inner):
                if isinstance(one, Workflow):
                    names |= {output.global_name for output in one.outputs}
                elif (made := _made_known(one)) is None:
                    return None
                else:
                    names |= made
            return frozenset(names - {""})
        case template:
            return frozenset({one.global_name for one in template.outputs} - {""})
