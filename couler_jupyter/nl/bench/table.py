"""A result as a table of text: by class, with intervals, and what it cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import fmean

from couler_jupyter.nl.bench.estimate import Interval, mean_interval, pass_at_k
from couler_jupyter.nl.bench.reading import CLASSES
from couler_jupyter.nl.bench.result import Result, Sample

KS = (1, 3, 5)


def rate(result: Result, k: int = 1, *, of: str = "passed") -> Interval:
    """Return pass@k over the tasks of a result, each wording counting the same.

    Args:
        result: with `k` samples of each wording at least.
        k: draws.
        of: which fact of a sample counts: `passed`, `graph` or `unaided`.

    Raises:
        ValueError: there are fewer samples, or none.
    """
    values = [_task_rate(some, k, of) for some in result.by_task().values()]
    return mean_interval(values)


def _task_rate(samples: Sequence[Sample], k: int, of: str) -> float:
    wordings: dict[int, list[bool]] = {}
    for one in samples:
        wordings.setdefault(one.wording, []).append(getattr(one, of))
    return fmean(pass_at_k(len(w), sum(w), k) for w in wordings.values())


def lines_of(result: Result) -> Iterator[str]:
    """Yield a result as text.

    Raises:
        ValueError: it has no samples.
    """
    draws = 1 + max(one.number for one in result.samples)
    tasks = len(result.by_task())
    yield f"{result.model}: {tasks} tasks, 3 wordings, {_many(draws, 'draw')} of each"
    yield "95 % intervals from resampling tasks"
    yield ""
    yield f"{'class':<16} {'tasks':>5}  {'pass@1':>18}  {'unaided':>7}  {'graph':>6}"
    for kind in (*CLASSES, "all"):
        some = [one for one in result.samples if kind in {one.kind, "all"}]
        if some:
            yield _line(kind, result.only(some))
    yield from _halves(result)
    yield ""
    yield from _ks(result, draws)
    yield from _costs(result.samples)


def _line(name: str, result: Result) -> str:
    told = _told(rate(result))
    alone = rate(result, of="unaided").mean
    graph = rate(result, of="graph").mean
    tasks = len(result.by_task())
    return f"{name:<16} {tasks:>5}  {told:>18}  {alone:>7.1%}  {graph:>6.1%}"


def _halves(result: Result) -> Iterator[str]:
    for name, held_out in (("open", False), ("held out", True)):
        some = [one for one in result.samples if one.held_out is held_out]
        if some:
            yield _line(name, result.only(some))


def _ks(result: Result, draws: int) -> Iterator[str]:
    fewest = min(len(some) // 3 for some in result.by_task().values())
    for k in KS[1:]:
        if k <= min(draws, fewest):
            yield f"pass@{k}: {_told(rate(result, k))}"


def _costs(samples: Sequence[Sample]) -> Iterator[str]:
    count = len(samples)
    asked = sum(one.asked for one in samples)
    yield f"{asked} of {count} were questions back"
    if broken := sum(one.broken for one in samples):
        yield f"{broken} of {count} broke off, and count as wrong"
    if not any(one.tokens for one in samples):
        return
    tokens = fmean(one.tokens for one in samples)
    tries = fmean(one.attempts for one in samples)
    yield f"{tokens:,.0f} tokens and {tries:.2f} attempts for one wish"
    prices = [one.dollars for one in samples]
    known = [one for one in prices if one is not None]
    if len(known) == count:
        yield f"${fmean(known):.4f} for one wish, ${sum(known):.2f} in all"
    else:
        yield "what that costs is not known: no price was given"


def _told(interval: Interval) -> str:
    return f"{interval.mean:.1%} ({interval.low:.0%}-{interval.high:.0%})"


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''}"


def failures(samples: Iterable[Sample]) -> Iterator[str]:
    """Yield what was wrong with each sample that did not pass, a line each."""
    for one in samples:
        if not one.passed:
            yield f"{one.task} ({one.wording}.{one.number}): {one.why}"
