"""Which earlier runs speak for a step as it is written now.

A step is found again by what it is, not by its name: source, image, command and all else
that its fingerprint has. What ran under its name and was written otherwise says nothing
about it, and that is told. Runs with the same constants among the arguments, and runs on
the same engine, speak before others; what is taken instead is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from statistics import median

from couler_jupyter.passes import Estimate
from couler_jupyter.planning.records import Record, Written


def past_of(
    steps: Mapping[str, Written],
    records: Iterable[Record],
    engine: str,
    around: float | None = None,
) -> Mapping[str, Estimate]:
    """Return what earlier runs say of each step that they say something of, by path.

    Args:
        steps: how they are written, by path.
        records: of earlier runs, newest first.
        engine: where they would run.
        around: seconds that a step takes longer there than on others; None if not known.
    """
    by_path: dict[str, list[Record]] = {}
    by_own: dict[str, list[Record]] = {}
    for record in records:
        by_path.setdefault(record.path, []).append(record)
        by_own.setdefault(record.written.own, []).append(record)
    found: dict[str, Estimate] = {}
    for path, written in steps.items():
        alike = by_own.get(written.own, ())
        if alike:
            found[path] = _estimate(path, written, alike, engine, around or 0.0)
        elif path in by_path:
            run = by_path[path][0].run
            changed = f"it was written otherwise in run {run}"
            found[path] = Estimate(runs=0, changed=changed)
    return found


def _estimate(
    path: str, written: Written, alike: Iterable[Record], engine: str, around: float
) -> Estimate:
    chosen, told = list(alike), list[str]()
    if same := [one for one in chosen if one.path == path]:
        chosen = same
    else:
        chosen = [one for one in chosen if one.path == chosen[0].path]
        told.append(f"as {chosen[0].path!r}")
    if here := [one for one in chosen if one.engine in ("", engine)]:
        chosen = here
    else:
        told.append(f"on {chosen[0].engine}")
        if around:
            told.append(f"and {around:.1f} s to run on {engine}")
            chosen = [replace(one, seconds=one.seconds + around) for one in chosen]
    if same := [one for one in chosen if one.written.given in (None, written.given)]:
        chosen = same
    else:
        told.append("with other arguments")
    return _summed(chosen, told)


def _summed(chosen: list[Record], told: list[str]) -> Estimate:
    seconds = [one.seconds for one in chosen]
    cpu = [one.cpu_seconds for one in chosen if one.cpu_seconds is not None]
    sizes = [one.size for one in chosen if one.size is not None]
    peaks = (one.peak_memory for one in chosen if one.peak_memory is not None)
    runs = f"{len(chosen)} run{'s' * (len(chosen) > 1)}"
    return Estimate(
        runs=len(chosen),
        seconds=median(seconds),
        low=min(seconds),
        high=max(seconds),
        cpu_seconds=median(cpu) if cpu else None,
        peak_memory=max(peaks, default=None),
        output_bytes=round(median(sizes)) if sizes else None,
        times=median(one.times for one in chosen),
        basis=", ".join((runs, *told)),
    )
