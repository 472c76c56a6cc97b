"""Steps that cannot be in different parts, since no gate carries what ties them.

Whoever cuts a workflow by itself keeps such steps together; parts written by hand may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from couler_jupyter.engines.argo.extras import ENGINE
from couler_jupyter.engines.argo.names import task_name
from couler_jupyter.engines.argo.structure.own import WHOLE
from couler_jupyter.errors import Problem
from couler_jupyter.ir import (
    Ended,
    Extra,
    Foreign,
    GlobalRef,
    Outcome,
    OwnWord,
    Raw,
    RunField,
    RunRef,
    Step,
    SubWorkflow,
    Workflow,
    atoms,
    leaves_in,
    own_words,
    places_in,
)

_OF_ITEMS = frozenset({Outcome.ANY_SUCCEEDED, Outcome.ALL_FAILED})
_TASK = re.compile(r"\b(?:tasks|steps)(?:\.|\[\\?['\"])([A-Za-z0-9][\w-]*)")
_OF_RUN = re.compile(
    r"\bworkflow\.(name|uid|status|failures|duration|creationTimestamp|outputs)\b"
)


def tie_problems(workflow: Workflow) -> Iterator[Problem]:
    """Yield what ties steps of different parts of a workflow."""
    assert workflow.parts is not None
    at = workflow.parts.numbers()
    for step in workflow.steps:
        for what in (*_daemon_faults(step, workflow, at), *_item_faults(step, at)):
            yield Problem(f"step {step.name!r}", what)
        if isinstance(step.template, Foreign) and step.template.kind in WHOLE:
            yield Problem(
                f"step {step.name!r}",
                f"a foreign template of kind {step.template.kind} is all that a run is; "
                "it cannot be in one of several parts",
            )
    yield from _global_problems(workflow, at)
    yield from _word_problems(workflow, at)
    yield from _schedule_problems(workflow)


def _daemon_faults(
    step: Step, workflow: Workflow, at: Mapping[str, int]
) -> Iterator[str]:
    for name in workflow.dependencies[step.name]:
        if workflow.by_name[name].daemon and at[name] != at[step.name]:
            yield (
                f"it needs daemon {name!r} of part {at[name] + 1}, which ends with that "
                "part; put both into one part"
            )


def _item_faults(step: Step, at: Mapping[str, int]) -> Iterator[str]:
    for one in step.after:
        for atom in () if isinstance(one, str) else atoms(one):
            if not isinstance(atom, Ended) or _OF_ITEMS.isdisjoint(atom.how):
                continue
            if at[atom.step] != at[step.name]:
                yield (
                    f"it asks how the items of step {atom.step!r} of part "
                    f"{at[atom.step] + 1} ended, and a gate tells only how the whole "
                    "step did; put both into one part"
                )


def _global_problems(workflow: Workflow, at: Mapping[str, int]) -> Iterator[Problem]:
    """Yield who reads global outputs that another part makes known."""
    makers: dict[str, set[int]] = {}
    for step in workflow.steps:
        for name in _made_known(step):
            makers.setdefault(name, set()).add(at[step.name])
    for leaf, path in leaves_in(workflow):
        if not isinstance(leaf, GlobalRef):
            continue
        reader = path.partition("/")[0]
        far = makers.get(leaf.name, set()) - {at.get(reader, -1)}
        if far and reader in at:
            yield Problem(
                f"step {path!r}",
                f"it reads global output {leaf.name!r} of part {min(far) + 1}, and it is "
                "known in that part alone; put both into one part",
            )


def _made_known(step: Step) -> set[str]:
    """Return the global names of what a step makes."""
    template = step.template
    if not isinstance(template, SubWorkflow):
        return {one.global_name for one in template.outputs} - {""}
    found: set[str] = set()
    for one, _ in places_in(template.workflow):
        if isinstance(one, Workflow):
            found |= {output.global_name for output in one.outputs}
        elif not isinstance(one.template, SubWorkflow):
            found |= {output.global_name for output in one.template.outputs}
    return found - {""}


def _word_problems(workflow: Workflow, at: Mapping[str, int]) -> Iterator[Problem]:
    """Yield words of Argo's own that name what another part has, or the run."""
    tasks = {task_name(name): name for name in at}
    handlers = {one.step.name for one in workflow.exit_handlers}
    for word, path in own_words(workflow):
        if word.engine != ENGINE:
            continue
        where = f"step {path!r}" if path else f"workflow {workflow.name!r}"
        text, home = _text_of(word), path.partition("/")[0]
        if found := _OF_RUN.search(text):
            yield Problem(
                where,
                f"Argo's own word workflow.{found[1]} is about one Workflow, and in "
                "parts that is not the run; ask for it in words of the workflow",
            )
        for named in dict.fromkeys(_TASK.findall(text)):
            step = tasks.get(named)
            far = step is not None and "/" not in path and at.get(home) != at[step]
            if far and home not in handlers and home:
                yield Problem(
                    where,
                    f"Argo's own words name step {step!r} of part {at[tasks[named]] + 1}"
                    "; put both into one part",
                )


def _text_of(word: OwnWord) -> str:
    match word:
        case Raw(text=text):
            return text
        case Extra(value=value):
            return value.json
        case Foreign(body=body):
            return body.json


def _schedule_problems(workflow: Workflow) -> Iterator[Problem]:
    for leaf, path in leaves_in(workflow):
        if isinstance(leaf, RunRef) and leaf.field is RunField.SCHEDULED:
            yield Problem(
                f"step {path!r}" if path else f"workflow {workflow.name!r}",
                "it asks when the run was due, and a workflow in parts has no schedule",
            )
            return
