"""What is known of each setting: foretold, then tried, then gone on from where it stopped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from couler_jupyter.ir.tuning import Setting
from couler_jupyter.tuning.logs import (
    Final,
    PredictedLog,
    PredictedSource,
    Predictor,
    RealLog,
    RealSource,
)
from couler_jupyter.tuning.predicting import Task
from couler_jupyter.tuning.predicting.calibrating import calibrated
from couler_jupyter.tuning.predicting.curves import FEWEST, LEVEL, extrapolate
from couler_jupyter.tuning.predicting.scale import limits_of
from couler_jupyter.tuning.verifying.choosing import Candidate, Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a full run with a setting comes to, as far as anybody knows.

    Attributes:
        setting: which.
        source: where the value is from: `full-run`, `curve-extrapolation`, `llm`, ...
        value: the metric at the end; None where nothing tells.
        low, high: the band around it; the same as `value` where it was measured.
        calibrated: whether the band was fitted to full runs of this task.
        foretold: what was predicted before any run; None if nothing was.
        why: what it was tried for; None if it was not.
        units: how many were really trained; 0 for none.
        seconds: what that took; None if nobody measured.
        warnings: what a person should know.
    """

    setting: Setting
    source: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    calibrated: bool = False
    foretold: float | None = None
    why: Why | None = None
    units: int = 0
    seconds: float | None = None
    warnings: tuple[str, ...] = ()

    @property
    def measured(self) -> bool:
        """Whether the value is of a full run."""
        return self.source == RealSource.FULL_RUN.value


def outlooks(
    task: Task,
    predicted: Sequence[PredictedLog],
    real: Sequence[RealLog],
    tried: Iterable[Candidate] = (),
) -> tuple[Outlook, ...]:
    """Return what is known of each setting, the best first.

    Values of settings that were tried come from what was really run: at its end, or by
    going on with its curve. Bands are fitted to the full runs there are, if they are enough.

    Args:
        task: what is to be learned.
        predicted: what was foretold before.
        real: what was run of this task; of each setting the longest run counts.
        tried: what was tried, and why.
    """
    longest = _longest(real)
    ends = {
        key: log.value
        for key, log in longest.items()
        if log.source is RealSource.FULL_RUN and log.value is not None
    }
    further = _calibrated([*_gone_on(task, real)], ends, task)
    before = {log.setting.key: log for log in predicted}
    fitted = _calibrated(predicted, ends, task)
    whys = {one.setting.key: one for one in tried}
    settings = {log.setting.key: log.setting for log in predicted}
    settings |= {key: log.setting for key, log in longest.items()}
    settings |= {key: one.setting for key, one in whys.items()}
    found = tuple(
        _outlook(
            setting,
            longest.get(key),
            further.get(key) or fitted.get(key),
            before.get(key),
            whys.get(key),
        )
        for key, setting in settings.items()
    )
    sign = task.goal.sign
    return tuple(
        sorted(found, key=lambda one: (one.value is None, -sign * (one.value or 0.0)))
    )


def _longest(real: Iterable[RealLog]) -> dict[str, RealLog]:
    found: dict[str, RealLog] = {}
    for log in real:
        known = found.get(log.setting.key)
        if known is None or _reach(log) >= _reach(known):
            found[log.setting.key] = log
    return found


def _reach(log: RealLog) -> tuple[bool, int]:
    return log.source is RealSource.FULL_RUN, log.observed_units


def _calibrated(
    logs: Sequence[PredictedLog], ends: Mapping[str, float], task: Task
) -> dict[str, PredictedLog]:
    return {log.setting.key: log for log in calibrated(logs, ends, task.goal)}


def _gone_on(task: Task, real: Iterable[RealLog]) -> list[PredictedLog]:
    """Return where the curves of short runs go, as far as there is a curve."""
    full = task.model.max_units
    shorts = [log for log in real if log.source is RealSource.SHORT_RUN]
    if full is None:
        return []
    found = (_further(log, full, task) for log in _longest(shorts).values())
    return [log for log in found if log is not None]


def _further(log: RealLog, full: int, task: Task) -> PredictedLog | None:
    """Return the end of a short run's curve; None if it has none to go on with."""
    seen = [
        (one.unit, one.metric)
        for one in log.points
        if one.metric is not None and one.unit > 0
    ]
    if len(seen) < FEWEST or log.diverged:
        return None
    units, values = zip(*seen, strict=True)
    (band,) = extrapolate(units, values, (max(full, units[-1]),))
    least, most = limits_of(task.goal)
    low, value, high = (
        min(max(one, least), most) for one in (band.low, band.value, band.high)
    )
    return PredictedLog(
        source=PredictedSource.CURVE_EXTRAPOLATION,
        setting=log.setting,
        predictor=Predictor(name=PredictedSource.CURVE_EXTRAPOLATION.value),
        final=Final(value=value, low=low, high=high, level=LEVEL),
        observed_units=log.observed_units,
    )


def _outlook(
    setting: Setting,
    real: RealLog | None,
    foreseen: PredictedLog | None,
    before: PredictedLog | None,
    tried: Candidate | None,
) -> Outlook:
    foretold = None if before is None else before.value
    why = None if tried is None else tried.why
    if real is None:
        return _of_prediction(setting, foreseen, foretold, why)
    if real.source is RealSource.FULL_RUN:
        value = None if real.diverged else real.value
        return Outlook(
            setting=setting,
            source=real.source.value,
            value=value,
            low=value,
            high=value,
            foretold=foretold,
            why=why,
            units=real.observed_units,
            seconds=real.seconds,
            warnings=real.warnings,
        )
    known = foreseen
    if known is not None and known.source is not PredictedSource.CURVE_EXTRAPOLATION:
        known = None  # what was run says otherwise, and too little to go on with
    warnings = real.warnings
    if known is None and not real.diverged:
        warnings = (*warnings, "too few points to go on with its curve")
    return Outlook(
        setting=setting,
        source=RealSource.SHORT_RUN.value if known is None else known.source.value,
        value=None if known is None else known.value,
        low=None if known is None else known.final.low,
        high=None if known is None else known.final.high,
        calibrated=known is not None and known.calibrated,
        foretold=foretold,
        why=why,
        units=real.observed_units,
        seconds=real.seconds,
        warnings=warnings,
    )


def _of_prediction(
    setting: Setting, log: PredictedLog | None, foretold: float | None, why: Why | None
) -> Outlook:
    """Return what is known of a setting that was not run."""
    if log is None:
        return Outlook(setting=setting, source="", why=why)
    return Outlook(
        setting=setting,
        source=log.source.value,
        value=log.value,
        low=log.final.low,
        high=log.final.high,
        calibrated=log.calibrated,
        foretold=foretold,
        why=why,
        warnings=log.warnings,
    )
