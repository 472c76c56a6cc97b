"""What a run on an engine came to, and whether that is what was expected."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from couler_jupyter.engines import Submitter
from couler_jupyter.ir import Json, Phase, Run, Workflow
from couler_jupyter.testing.case import Expected

_NOTHING: Mapping[str, Json] = MappingProxyType({})
_POLL = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run came to.

    Attributes:
        steps: phase of each step, by path; that of the run under the empty path.
        outputs: what was left behind, by path and output.
    """

    steps: Mapping[str, Phase]
    outputs: Mapping[str, Mapping[str, object]]

    @property
    def run(self) -> Phase:
        """How the whole run ended."""
        return self.steps[""]


def outcome_of(
    engine: Submitter,
    workflow: Workflow,
    *,
    arguments: Mapping[str, Json] = _NOTHING,
    typed: Mapping[str, Mapping[str, Json]] = _NOTHING,
    patience: float = 60,
) -> Outcome:
    """Run a workflow and return what it came to.

    Args:
        engine: where it runs.
        workflow: what runs.
        arguments: what it is given.
        typed: what a person types in, by the path of the step that waits.
        patience: seconds after which the run is cancelled.

    Raises:
        TimeoutError: it does not end.
    """
    run = engine.submit(workflow, arguments=arguments)
    end = time.monotonic() + patience
    waiting = dict(typed)
    while not (steps := engine.status(run)).get("", Phase.PENDING).ended:
        _type_in(engine, run, steps, waiting)
        if time.monotonic() > end:
            engine.cancel(run)
            raise TimeoutError(f"{workflow.name} has not ended: {dict(steps)}")
        time.sleep(_POLL)
    return Outcome(steps=engine.status(run), outputs=engine.outputs(run))


def _type_in(
    engine: Submitter,
    run: Run,
    steps: Mapping[str, Phase],
    waiting: dict[str, Mapping[str, Json]],
) -> None:
    for path in [one for one in waiting if steps.get(one) is Phase.SUSPENDED]:
        engine.resume(run, path, waiting.pop(path))


def differences(outcome: Outcome, expected: Expected) -> list[str]:
    """Return what is not as expected, one line each."""
    found = []
    if _plain(outcome.run) is not expected.run:
        found.append(f"the run is {outcome.run}, not {expected.run}")
    for path, phase in expected.steps.items():
        come = outcome.steps.get(path)
        if come is None or _plain(come) is not phase:
            found.append(f"step {path!r} is {come}, not {phase}")
    found += [
        f"step {path!r} is not expected"
        for path in outcome.steps
        if path and path not in expected.steps and not set("[#/") & set(path)
    ]
    for path, outputs in expected.outputs.items():
        come_out = outcome.outputs.get(path, {})
        for name, value in outputs.items():
            if name not in come_out or not _same(come_out[name], value):
                there = come_out.get(name, "nothing")
                found.append(f"output {name!r} of {path!r} is {there!r}, not {value!r}")
    return found


def _plain(phase: Phase) -> Phase:
    return Phase.SUCCEEDED if phase is Phase.CACHED else phase


def _same(value: object, wanted: Json) -> bool:
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)
