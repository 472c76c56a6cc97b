"""What is known of each setting: foretold, then tried, then gone on from where it stopped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from couler_jupyter.errors import PredictionFailed
from couler_jupyter.ir.tuning import Setting
from couler_jupyter.tuning.logs import PredictedLog, RealLog, RealSource
from couler_jupyter.tuning.predicting import Task
from couler_jupyter.tuning.predicting.anchoring import anchored
from couler_jupyter.tuning.predicting.calibrating import calibrated
from couler_jupyter.tuning.predicting.curve_extrapolation import CurveExtrapolation
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
    before = {log.setting.key: log for log in predicted}
    gone_on, lost = _gone_on(task, real, before)
    further = _calibrated(gone_on, ends, task)
    fitted = _calibrated(predicted, ends, task)
    whys = {one.setting.key: one for one in tried}
    settings = {log.setting.key: log.setting for log in predicted}
    settings |= {key: log.setting for key, log in longest.items()}
    settings |= {key: one.setting for key, one in whys.items()}
    found = tuple(
        _outlook(
            setting,
            real=longest.get(key),
            foreseen=further.get(key) if key in longest else fitted.get(key),
            before=before.get(key),
            tried=whys.get(key),
            lost=lost.get(key, ""),
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


def _gone_on(
    task: Task, real: Iterable[RealLog], predicted: Mapping[str, PredictedLog]
) -> tuple[list[PredictedLog], dict[str, str]]:
    """Return where short runs come to, and of which nobody can tell, with the reason."""
    shorts = [log for log in real if log.source is RealSource.SHORT_RUN]
    found: list[PredictedLog] = []
    why: dict[str, str] = {}
    for key, log in _longest(shorts).items():
        try:
            found.append(_further(task, log, predicted.get(key)))
        except PredictionFailed as error:
            why[key] = f"{error}"
    return found, why


def _further(task: Task, log: RealLog, predicted: PredictedLog | None) -> PredictedLog:
    """Return the end of a short run: by what was foretold of it, or its own curve.

    Raises:
        PredictionFailed: it has no curve to go on with.
    """
    own = CurveExtrapolation(real=(log,))
    (further,) = own.predict(task, (log.setting,))
    if predicted is None:
        return further
    try:
        return anchored(predicted, log, task.goal, further)
    except PredictionFailed:  # nothing was foretold of that part of the way
        return further


def _outlook(
    setting: Setting,
    *,
    real: RealLog | None,
    foreseen: PredictedLog | None,
    before: PredictedLog | None,
    tried: Candidate | None,
    lost: str,
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
    end = foreseen
    return Outlook(
        setting=setting,
        source=RealSource.SHORT_RUN.value if end is None else end.source.value,
        value=None if end is None else end.value,
        low=None if end is None else end.final.low,
        high=None if end is None else end.final.high,
        calibrated=end is not None and end.calibrated,
        foretold=foretold,
        why=why,
        units=real.observed_units,
        seconds=real.seconds,
        warnings=(*real.warnings, *((lost,) if lost else ())),
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
