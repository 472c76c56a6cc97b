"""What is said of artifacts and of simulations, in lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from couler_jupyter.drawing import amount_text, duration_text, size_text

if TYPE_CHECKING:
    from couler_jupyter.protocol import ArtifactState
    from couler_jupyter.reusing.what_if import Case, Comparison


def artifact_lines(one: ArtifactState, policy: str) -> Iterator[str]:
    """Yield all that is known of one artifact."""
    from couler_jupyter.reusing.cache import named

    state = "pinned" if one.pinned else "kept" if one.kept else "not kept"
    yield f"{named(one)} ({one.id[:12]}): {state}, {size_text(one.size)}"
    yield f"  in run {one.run}: {one.reason}" if one.run else f"  {one.reason}"
    yield (
        f"  the step took {duration_text(one.seconds)}; to make it again, with what "
        f"is not kept before it, takes {duration_text(one.rebuild)}"
    )
    yield (
        f"  in the paper's terms L {amount_text(one.cost)}, "
        f"F {amount_text(one.frequency)}, V {amount_text(one.volume)} GB"
    )
    if one.score is not None:
        yield f"  score {amount_text(one.score)} by the policy {policy}:"
    for name, number, words in one.terms:
        yield f"    {name:<8} {amount_text(number)}  {words}"


def comparison_lines(found: Comparison) -> Iterator[str]:
    """Yield what other budgets and policies would have come to."""
    if len(found.cases) == 1:
        yield _sentence(found, found.cases[0])
        return
    now = found.now
    yield (
        f"the last {found.runs} runs, replayed with {size_text(now.budget)} and "
        f"{now.policy}: {duration_text(now.seconds)} "
        f"({duration_text(found.nothing)} without a cache, "
        f"{duration_text(found.everything)} with one that holds all)"
    )
    budgets = list(dict.fromkeys(one.budget for one in found.cases))
    policies = list(dict.fromkeys(one.policy for one in found.cases))
    shares = {(one.policy, one.budget): _change(found, one) for one in found.cases}
    width = max(map(len, policies))
    heads = "".join(f"{size_text(budget):>12}" for budget in budgets)
    yield f"{'':<{width}}{heads}"
    for policy in policies:
        cells = "".join(f"{shares[policy, budget]:>12}" for budget in budgets)
        yield f"{policy:<{width}}{cells}"


def _sentence(found: Comparison, one: Case) -> str:
    now = found.now
    return (
        f"with {size_text(one.budget)} and the policy {one.policy} the last "
        f"{found.runs} runs would have taken {duration_text(one.seconds)}, "
        f"{_change(found, one)} than with {size_text(now.budget)} and {now.policy} "
        f"({duration_text(now.seconds)})"
    )


def _change(found: Comparison, one: Case) -> str:
    now = found.now.seconds
    share = 1 - one.seconds / now if now else 0.0
    return f"{abs(share):.0%} {'less' if share >= 0 else 'more'}"
