"""How what holds others stands, by how those do: groups, retries, the run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from couler_jupyter.engines.argo.live.standing import standing_of
from couler_jupyter.engines.following.standing import Standing
from couler_jupyter.ir import Json, Phase


def of_group(path: str, told: Mapping[str, Standing], *, shut_down: bool) -> Phase:
    """Return how a step that holds others ended badly: as the worst of them did."""
    heads = (f"{path}/", f"{path}[", f"{path}#")
    inner = {one.phase for key, one in told.items() if key.startswith(heads)}
    if Phase.FAILED not in inner and Phase.ERRORED in inner:
        return Phase.ERRORED
    return Phase.CANCELLED if shut_down else Phase.FAILED


def of_attempts(node: Json, last: Json, number: int) -> Standing:
    """Return how a step with retries stands: as its last attempt, or as it ended.

    Args:
        node: of the step.
        last: of its last attempt.
        number: of that attempt.
    """
    attempt = standing_of(last, attempt=number)
    whole = standing_of(node, attempt=number)
    if whole.phase.ended:
        both_bad = whole.phase.bad and attempt.phase.bad
        return replace(
            whole,
            phase=attempt.phase if both_bad else whole.phase,
            message=attempt.message if both_bad else whole.message,
            exit_code=attempt.exit_code,
            started=attempt.started,
        )
    if not attempt.phase.ended:
        return attempt
    again = f"attempt {number} {attempt.phase}: {attempt.message}"
    return Standing(phase=Phase.PENDING, attempt=number, message=again)


def of_run(
    run: Standing, steps: Iterable[str], told: Mapping[str, Standing], *, waits: bool
) -> Standing:
    """Return how the run stands, by how its own steps do.

    Args:
        run: as Argo tells it.
        steps: names of the workflow's own steps.
        told: where each step path stands.
        waits: whether nothing goes on but what a person has to resume.
    """
    if run.phase is Phase.RUNNING:
        return replace(run, phase=Phase.SUSPENDED) if waits else run
    if run.phase is not Phase.FAILED:
        return run
    known = [(name, told[name]) for name in steps if name in told]
    bad = [one for one in known if one[1].phase in (Phase.FAILED, Phase.ERRORED)]
    if not bad:
        return run
    name, first = next((b for b in bad if b[1].phase is Phase.FAILED), bad[0])
    more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
    return replace(
        run,
        phase=Phase.FAILED if first.phase is Phase.FAILED else Phase.ERRORED,
        message=f"step {name!r} failed: {first.message or first.phase}{more}",
    )
