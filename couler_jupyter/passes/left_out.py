"""Which steps need not run, since what they left behind is kept; and which others go.

A stored step has ended well, so that conditions on its end are settled: a step that runs
only if it fails never does. It has to run all the same if somebody reads what is not at
hand any more, or asks what is known only of a step that runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from couler_jupyter.ir import (
    Constant,
    DictOf,
    Ended,
    ExitHandler,
    FirstOf,
    Format,
    ListOf,
    Outcome,
    OutputRef,
    Step,
    StepField,
    StepRef,
    Value,
    Workflow,
    leaves,
)
from couler_jupyter.ir.condition import atoms
from couler_jupyter.ir.given import output_of
from couler_jupyter.ir.step import After
from couler_jupyter.passes.facts import Stored
from couler_jupyter.passes.known_ends import settled

WELL = frozenset({Outcome.SUCCEEDED, Outcome.ANY_SUCCEEDED})
"""What is true of a step that is reused."""
_WELL_WITHOUT_ITEMS = frozenset({Outcome.SUCCEEDED})
_NEVER = frozenset({Outcome.OMITTED})
_TOLD = frozenset({StepField.PHASE, StepField.EXIT_CODE})
"""Facts that are the same of every step that ended well."""

Reason = str
Barrier = Callable[[Step | None, str, OutputRef], Reason]
"""Why an output cannot be given to a step's input; empty if it can. No step stands for
whoever else reads it, no input for a use inside something else."""


@dataclass(slots=True)
class LeftOut:
    """What becomes of the steps of one workflow that do not run.

    Attributes:
        reused: those whose outputs stand in for them.
        kept: those that are stored and run all the same, and why.
        never: those that would run only if a reused one ended otherwise, and why.
        unneeded: those that only reused ones needed.
    """

    reused: dict[str, Stored]
    kept: dict[str, Reason] = field(default_factory=dict)
    never: dict[str, Reason] = field(default_factory=dict)
    unneeded: frozenset[str] = frozenset()

    @property
    def gone(self) -> frozenset[str]:
        """All that do not run."""
        return frozenset((*self.reused, *self.never, *self.unneeded))


def left_out(
    workflow: Workflow,
    stored: Mapping[str, Stored],
    barrier: Barrier,
    targets: tuple[str, ...] = (),
) -> LeftOut:
    """Return which steps of a workflow need not run.

    Args:
        workflow: whose steps.
        stored: what is kept of them, by name.
        barrier: says which outputs cannot stand in where they are used.
        targets: names of the steps that are asked for; none means all.
    """
    found = LeftOut(reused=dict(stored))
    while True:
        causes = _find_never(workflow, found)
        found.unneeded = _unneeded(workflow, found, targets) if targets else frozenset()
        wanted = _undecided(workflow, found) or _wanted(workflow, found, barrier)
        for name in causes - wanted.keys():
            wanted[name] = "another step goes by how it ended"
        if not wanted:
            return found
        found.kept |= wanted
        for name in wanted:
            del found.reused[name]


def ends_of(found: LeftOut, workflow: Workflow) -> dict[str, frozenset[Outcome]]:
    """Return what is true of the ends that are known."""
    ends = dict.fromkeys(found.never, _NEVER)
    for name, stored in found.reused.items():
        mapped = workflow[name].loop is not None
        empty = mapped and [] in stored.outputs.values()
        ends[name] = _WELL_WITHOUT_ITEMS if empty else WELL
    return ends


def users_of(workflow: Workflow) -> Iterator[Step]:
    """Yield all that may use what steps leave behind: steps, then exit handlers."""
    yield from workflow
    yield from map(_step_of, workflow.exit_handlers)


def _step_of(handler: ExitHandler) -> Step:
    return handler.step


def _find_never(workflow: Workflow, found: LeftOut) -> set[str]:
    """Note the steps that never run; return those whose end must be open after all."""
    found.never = {}
    ends = ends_of(found, workflow)
    why: dict[str, frozenset[str]] = {}
    open_: set[str] = set()
    for step in users_of(workflow):
        if step.name in found.reused:
            continue
        cause, causes = _obstacle(step, found, ends, why)
        if causes:
            found.never[step.name], why[step.name] = cause, causes
            ends[step.name] = _NEVER
        elif why:
            for ref in step.references():
                if ref.step in why and _is_lost(step, ref, workflow):
                    open_ |= why[ref.step]
    for output in workflow.outputs:
        for leaf in leaves(output.value):
            if isinstance(leaf, OutputRef | StepRef) and leaf.step in why:
                open_ |= why[leaf.step]
    return open_


def _obstacle(
    step: Step,
    found: LeftOut,
    ends: Mapping[str, frozenset[Outcome]],
    why: Mapping[str, frozenset[str]],
) -> tuple[Reason, frozenset[str]]:
    """Return why a step never runs, and the reused ones that this comes from."""
    asked: set[str] = set()
    for one in step.after:
        if isinstance(one, str):
            if one in why:
                return f"{one} does not run", why[one]
            continue
        named = named_in(one)
        asked |= named
        if settled(one, ends) is False:
            known = sorted(named & ends.keys())
            causes = frozenset().union(
                *({name} if name in found.reused else why[name] for name in known)
            )
            ended = " and ".join(
                f"{name} {'is reused' if name in found.reused else 'does not run'}"
                for name in known
            )
            return f"it runs only if that ends otherwise: {ended}", causes
    for name in step.data_dependencies:
        if name in why and name not in asked and _needs(step, name):
            return f"{name} does not run", why[name]
    return "", frozenset()


def named_in(one: After) -> set[str]:
    """Return the steps whose end something asks for."""
    if isinstance(one, str):
        return {one}
    return {atom.step for atom in atoms(one) if isinstance(atom, Ended)}


def _needs(step: Step, name: str) -> bool:
    return any(_hard_use(value, name) for value in step.values())


def _hard_use(value: Value, name: str) -> bool:
    match value:
        case OutputRef(step=step) | StepRef(step=step):
            return step == name
        case Format(parts=parts):
            return any(not isinstance(p, str) and _hard_use(p, name) for p in parts)
        case ListOf(items=items):
            return any(_hard_use(item, name) for item in items)
        case DictOf(items=pairs):
            return any(_hard_use(item, name) for _, item in pairs)
        case _:
            return False


def _is_lost(step: Step, ref: OutputRef | StepRef, workflow: Workflow) -> bool:
    """Whether a step runs and may need what a step that never runs would have left.

    Only a choice of which something else is left does without.
    """
    if isinstance(ref, StepRef):
        return True
    maker = workflow[ref.step]
    if getattr(output_of(maker, ref.name), "default", None) is not None:
        return True
    return not all(_does_without(value, ref) for value in step.values())


def _does_without(value: Value, ref: OutputRef) -> bool:
    if isinstance(value, FirstOf):
        return any(ref not in leaves(option) for option in value.options)
    return ref not in leaves(value)


def _unneeded(
    workflow: Workflow, found: LeftOut, targets: tuple[str, ...]
) -> frozenset[str]:
    """Return the steps that neither run for the targets nor stand in for others."""
    needed: set[str] = set()
    waiting = [name for name in targets if name in workflow.by_name]
    for output in workflow.outputs:
        waiting += _steps_in(output.value)
    for handler in workflow.exit_handlers:
        waiting += handler.step.dependencies
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            if name not in found.reused and name not in found.never:
                waiting += workflow.dependencies[name]
    return frozenset(
        name
        for name in workflow.by_name
        if name not in needed and name not in found.reused and name not in found.never
    )


def _steps_in(value: Value) -> list[str]:
    return [
        leaf.step for leaf in leaves(value) if isinstance(leaf, OutputRef | StepRef)
    ]


def _undecided(workflow: Workflow, found: LeftOut) -> dict[str, Reason]:
    """Return the stored steps of which it is open whether they would run."""
    ends = ends_of(found, workflow)
    return {
        name: "how others end decides whether it runs"
        for name in found.reused
        for one in workflow[name].after
        if not isinstance(one, str) and settled(one, ends) is not True
    }


def _wanted(workflow: Workflow, found: LeftOut, barrier: Barrier) -> dict[str, Reason]:
    """Return the stored steps that must run, since somebody needs them to."""
    gone = found.gone
    wanted: dict[str, Reason] = {}
    waiting = [step for step in users_of(workflow) if step.name not in gone]
    for output in workflow.outputs:
        _ask(None, (("", output.value),), found, barrier, wanted)
    waiting += [workflow[name] for name in wanted]
    while waiting:
        before = set(wanted)
        step = waiting.pop()
        if step.data_dependencies:
            _ask(step, _uses(step), found, barrier, wanted)
        waiting += [workflow[name] for name in wanted.keys() - before]
    return wanted


def _uses(step: Step) -> Iterable[tuple[str, Value]]:
    """Yield what a step holds, an argument as a whole with the name of its input."""
    whole = [
        (one.name, one.value)
        for one in step.arguments
        if isinstance(one.value, OutputRef)
    ]
    own = {id(value) for _, value in whole}
    rest = [("", value) for value in step.values() if id(value) not in own]
    return (*whole, *rest)


def _ask(
    step: Step | None,
    uses: Iterable[tuple[str, Value]],
    found: LeftOut,
    barrier: Barrier,
    wanted: dict[str, Reason],
) -> None:
    who = "the workflow" if step is None else step.name
    for name, value in uses:
        for leaf in leaves(value):
            match leaf:
                case OutputRef(step=maker) if maker in found.reused:
                    why = barrier(step, name, leaf)
                case StepRef(step=maker, field=fact) if maker in found.reused:
                    why = "" if fact in _TOLD else f"its {fact} is asked for"
                case _:
                    continue
            if why and maker not in wanted:
                wanted[maker] = f"{who} needs it: {why}"


def told_fact(fact: StepField) -> Constant:
    """Return a fact about a step that is reused."""
    return Constant.of("succeeded" if fact is StepField.PHASE else 0)
