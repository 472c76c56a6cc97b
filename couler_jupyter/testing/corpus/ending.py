"""What runs at the end, and what runs until then."""

from __future__ import annotations

from couler_jupyter.ir import (
    Ended,
    ExitHandler,
    Outcome,
    OutputRef,
    Phase,
    RunField,
    RunRef,
    StepField,
    StepRef,
    Workflow,
)
from couler_jupyter.testing.case import runs
from couler_jupyter.testing.parts import echo, flow, python, sh, step, text


@runs(
    run=Phase.FAILED,
    steps="bad:failed bye:succeeded",
    outputs={"bye": {"result": "bye"}},
)
def exit_handler() -> Workflow:
    """It runs whatever happened."""
    bye = ExitHandler(step=step("bye", sh("echo bye")))
    return flow("bye", step("bad", sh("exit 1")), exit_handlers=(bye,))


@runs(steps="work:succeeded cheer:succeeded mourn:skipped")
def exit_handler_by_status() -> Workflow:
    """One for each way the run can end."""
    cheer = ExitHandler(step=step("cheer", sh("true")), on=(Outcome.SUCCEEDED,))
    mourn = ExitHandler(
        step=step("mourn", sh("true")), on=(Outcome.FAILED, Outcome.ERRORED)
    )
    return flow("ends", step("work", sh("true")), exit_handlers=(cheer, mourn))


@runs(
    steps="work:succeeded tell:succeeded status:succeeded",
    outputs={"tell": {"result": 42}, "status": {"result": "succeeded"}},
)
def exit_handler_with_outputs() -> Workflow:
    """It knows what the steps gave and how the run ended."""
    tell = ExitHandler(step=step("tell", echo(), takes={"x": OutputRef("work")}))
    how = RunRef(RunField.STATUS)
    status = ExitHandler(step=step("status", echo(), takes={"x": how}))
    return flow("tells", step("work", sh("echo 42")), exit_handlers=(tell, status))


@runs(
    run=Phase.FAILED,
    steps="work:failed status:succeeded",
    outputs={"status": {"result": "Failed"}},
)
def exit_handler_with_kube_status() -> Workflow:
    """It knows how the run ended in the words that Kubernetes has for it."""
    how = RunRef(RunField.KUBE_STATUS)
    status = ExitHandler(step=step("status", echo(), takes={"x": how}))
    return flow("words", step("work", sh("exit 1")), exit_handlers=(status,))


@runs(
    run=Phase.FAILED,
    steps="work:failed many:succeeded",
    outputs={"many": {"result": 1}},
)
def exit_handler_with_failures() -> Workflow:
    """It knows which steps failed."""
    count = python("def many(x): return len(x)")
    failures = RunRef(RunField.FAILURES)
    many = ExitHandler(step=step("many", count, takes={"x": failures}))
    return flow("which", step("work", sh("exit 1")), exit_handlers=(many,))


@runs(run=Phase.FAILED, steps="work:succeeded bye:failed")
def exit_handler_fails() -> Workflow:
    """A run whose exit handler failed has failed."""
    bye = ExitHandler(step=step("bye", sh("exit 1")))
    return flow("bad-bye", step("work", sh("true")), exit_handlers=(bye,))


@runs(steps="serve:succeeded ask:succeeded")
def daemon() -> Workflow:
    """It goes on in the background while others run, and ends with them."""
    return flow(
        "served",
        step("serve", sh("exec sleep 600", outputs=()), daemon=True),
        step("ask", sh("true"), after=[Ended("serve", (Outcome.READY,))]),
    )


@runs(
    steps="risky:failed why:succeeded",
    outputs={"why": {"result": "failed with 3"}},
)
def step_facts() -> Workflow:
    """How a step ended, as a value."""
    phase = StepRef("risky", StepField.PHASE)
    code = StepRef("risky", StepField.EXIT_CODE)
    return flow(
        "facts",
        step("risky", sh("exit 3")),
        step(
            "why",
            echo(),
            takes={"x": text(phase, " with ", code)},
            after=[Ended("risky", (Outcome.FAILED,))],
        ),
    )


@runs(steps="name:succeeded", outputs={"name": {"result": "known-by-name"}})
def run_facts() -> Workflow:
    """A step knows what run it is in."""
    return flow(
        "known-by-name",
        step("name", echo(), takes={"x": RunRef(RunField.WORKFLOW)}),
    )
