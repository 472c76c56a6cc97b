"""One step that is to be tuned: foretold, tried for real, advised, and chosen for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from couler_jupyter.errors import CoulerError, LogFault, UnknownName, UsageFailed
from couler_jupyter.ir import (
    Boxed,
    Json,
    Resources,
    Setting,
    Step,
    Tune,
    Workflow,
    places_in,
)
from couler_jupyter.passes import Tuned
from couler_jupyter.planning import load_prices
from couler_jupyter.tuning.chosen import choose, chosen_of, forget, shelf_of
from couler_jupyter.tuning.logs import PredictedLog, RealLog, RealSource
from couler_jupyter.tuning.predicting import Source, Task
from couler_jupyter.tuning.verifying import (
    Advice,
    Candidate,
    Cost,
    Outlook,
    Verification,
    Why,
    advise,
    candidates,
    full_seconds,
    outlooks,
    read_log,
    verification,
)

if TYPE_CHECKING:
    from couler_jupyter.protocol import TuningView
    from couler_jupyter.runs import StepRecord
    from couler_jupyter.session.run_handle import RunHandle
    from couler_jupyter.session.session import Session

MOST = 64
"""Settings that are foretold where the space has more."""


class NothingNew(UsageFailed):
    """All settings that would be tried were run for as long already."""


class Tuning:
    """From a step that is to be tuned to a setting that is used.

    Attributes:
        workflow: that it stands in.
        path: of the step.
        tune: what it asks for.
        task: the same, as predictions see it.
        shelf: where its logs are kept.
        predicted: what was foretold here.
        tried: what was tried here, and why.
        lost: what was tried and left no log, and why, a line each.
        engine: where it would run, for what that costs; the session's own to begin with.
        worth: of one whole unit of the metric, in the unit of `cost`; None if nobody said.
    """

    def __init__(self, session: Session, workflow: Workflow, path: str = "") -> None:
        """Find the step; nothing is foretold or run yet.

        Raises:
            UsageFailed: there is none that is to be tuned, or more than one.
        """
        self._session = session
        self.workflow = workflow
        self.path, self.tune = _tuned_step(workflow, path)
        data = replace(self.tune.data, metric=self.tune.goal)
        self.task = Task(data=data, model=self.tune.model, space=self.tune.space)
        self.shelf = shelf_of(session.store)
        self.predicted: tuple[PredictedLog, ...] = ()
        self.tried: tuple[Candidate, ...] = ()
        self.lost: tuple[str, ...] = ()
        self.engine = session.engine
        self.worth: float | None = None

    @property
    def usual(self) -> Setting:
        """What the step runs with where nothing is chosen: the default of the space."""
        return self.tune.space.default()

    @property
    def chosen(self) -> Tuned | None:
        """What is used now; None if nothing was chosen."""
        return chosen_of(self.shelf, self.tune)

    def settings(self, most: int = MOST, seed: int = 0) -> tuple[Setting, ...]:
        """Return what is foretold: all settings, or so many of them with the default."""
        space, size = self.tune.space, self.tune.space.size
        if size is not None and size <= most:
            return space.settings()
        drawn = space.sample(Random(seed), most - 1)  # noqa: S311 (no secret)
        found = {one.key: one for one in (self.usual, *drawn)}
        return tuple(found.values())

    def predict(
        self, source: Source, settings: Sequence[Setting] = ()
    ) -> tuple[PredictedLog, ...]:
        """Foretell the training log of each setting, and keep them.

        Args:
            source: who foretells.
            settings: of which; none for `settings()`.

        Raises:
            CoulerError: it cannot, with the reason.
        """
        self.predicted = source.predict(self.task, settings or self.settings())
        self.shelf.add_all(self.predicted, self.task.data, self.task.model)
        return self.predicted

    def verification(
        self, *, top: int = 3, units: int | None = None, seed: int = 0
    ) -> Verification:
        """Return the workflow of short real runs; nothing is run yet.

        The best foretold, the default and one at random; where nothing was foretold, some
        more at random instead.

        Args:
            top: how many of the best foretold are tried.
            units: how many units each trains; None for a quarter of a full run.
            seed: of the draw.

        Raises:
            UsageFailed: the step cannot be tried so.
            NothingNew: all of it was run for as long already.
        """
        drawn = 1 if self.predicted else top + 1
        wanted = candidates(self.task, self.predicted, top=top, drawn=drawn, seed=seed)
        made = self.trying(wanted, units=units)
        left = [one for one in wanted if not self._is_known(one, made)]
        if not left:
            self.tried = (*self.tried, *wanted)
            length = "in full" if made.units is None else f"for {made.units} units"
            raise NothingNew(
                f"all that would be tried was run {length} already; ask for more units, "
                "or for more settings"
            )
        return made if len(left) == len(wanted) else self.trying(left, units=units)

    def _is_known(self, one: Candidate, made: Verification) -> bool:
        """Return whether a setting was already run for as long."""
        kept = self.shelf.real(self.task.data, self.task.model, one.setting)
        return any(
            log.source is RealSource.FULL_RUN
            or (made.units is not None and log.observed_units >= made.units)
            for log in kept
        )

    def trying(
        self, wanted: Sequence[Candidate], *, units: int | None = None
    ) -> Verification:
        """Return the workflow that tries some settings.

        Raises:
            UsageFailed: the step cannot be tried so.
        """
        return verification(self.workflow, self.path, wanted, units=units)

    def start(
        self,
        made: Verification,
        *,
        engine: str = "",
        arguments: Mapping[str, Json] | None = None,
        options: Mapping[str, Json] | None = None,
    ) -> RunHandle:
        """Start the short runs on an engine and return at once.

        Raises:
            CoulerError: the engine cannot take them.
        """
        return self._session.submit(
            made.workflow, arguments=arguments, engine=engine, options=options
        )

    def collect(self, made: Verification, run: RunHandle) -> tuple[RealLog, ...]:
        """Read and keep the logs of short runs that have ended.

        What left none is told by `lost`.
        """
        found: list[RealLog] = []
        lost: list[str] = []
        for trial in made.trials:
            setting = trial.candidate.setting
            try:
                found.append(self._read(made, run, trial.step, setting))
            except CoulerError as error:
                lost.append(f"{setting}: {error}")
        self.shelf.add_all(found, self.task.data, self.task.model)
        self.tried = (*self.tried, *(trial.candidate for trial in made.trials))
        self.lost = tuple(lost)
        return tuple(found)

    def _read(
        self, made: Verification, run: RunHandle, step: str, setting: Setting
    ) -> RealLog:
        record = run.steps.get(step)
        if record is None or not record.phase.good:
            how = "never began" if record is None else f"{record.phase}"
            why = "" if record is None or not record.message else f": {record.message}"
            raise LogFault(f"its run {how}{why}")
        given = run.output(step, made.log) if made.log else run.log(step)
        took = (record.started, record.finished)
        seconds = None if None in took else took[1] - took[0]  # type: ignore[operator]
        return read_log(
            given,
            setting,
            source=made.source,
            asked=made.units,
            run=run.id,
            seconds=seconds,
        )

    def outlooks(self) -> tuple[Outlook, ...]:
        """Return what is known of each setting, the best first; of earlier runs, too."""
        real = self.shelf.real(self.task.data, self.task.model)
        return outlooks(self.task, self.predicted, real, self.tried)

    def arrived(self, made: Verification, run: RunHandle) -> tuple[RealLog, ...]:
        """Return the logs of those short runs that have ended so far; nothing is kept."""
        steps = run.steps
        ended = [one for one in made.trials if _is_good(steps.get(one.step))]
        found: list[RealLog] = []
        for trial in ended:
            with suppress(LogFault, UnknownName):  # it is told when all have ended
                found.append(self._read(made, run, trial.step, trial.candidate.setting))
        return tuple(found)

    def view(self, more: Sequence[RealLog] = ()) -> TuningView:
        """Return what is known of the settings, as JSON for a drawing.

        Args:
            more: logs of real runs that are not kept yet.
        """
        from couler_jupyter.tuning.viewing import tuning_view_of

        chosen, advice = self.chosen, self.advice()
        return tuning_view_of(
            step=self.path,
            tune=self.tune,
            predicted=self.predicted,
            real=(*self.shelf.real(self.task.data, self.task.model), *more),
            usual=self.usual,
            chosen=None if chosen is None else chosen.setting,
            drawn=[one.setting for one in self.tried if one.why is Why.RANDOM],
            outlooks=self.outlooks(),
            advice=f"{advice.word}: {advice.reason}",
        )

    @property
    def cost(self) -> Cost | None:
        """Return what a full run costs, by the runs there were; None where none was timed.

        In the currency of the prices where they price the step, or else in seconds.

        Raises:
            UsageFailed: the prices are no prices.
        """
        real = self.shelf.real(self.task.data, self.task.model)
        seconds = full_seconds(real, self.task.model.max_units)
        if seconds is None:
            return None
        prices = load_prices()
        rates = prices.of(self.engine)
        price = rates.cost(self._resources, seconds)
        if price is None:
            return Cost(amount=seconds, unit="s")
        return Cost(amount=price, unit=prices.currency)

    @property
    def _resources(self) -> Resources:
        template = _at(self.workflow, self.path).template
        return template.resources if isinstance(template, Boxed) else Resources()

    def advice(self) -> Advice:
        """Return what to do next; see `advise`."""
        return advise(
            self.outlooks(),
            self.usual,
            self.task.goal,
            cost=self.cost,
            worth=self.worth,
        )

    def use(self, setting: Setting) -> Tuned:
        """Let the step run with a setting from now on, wherever it is run from.

        Raises:
            TuningFault: it is no setting of the space.
        """
        known = {one.setting.key: one for one in self.outlooks()}
        one, usual = known.get(setting.key), known.get(self.usual.key)
        is_usual = setting == self.usual
        chosen = Tuned(
            setting=setting,
            source=one.source if one is not None and one.source else "a person",
            value=None if one is None else one.value,
            low=None if one is None else one.low,
            high=None if one is None else one.high,
            calibrated=one is not None and (one.calibrated or one.measured),
            measured=one is not None and one.measured,
            usual=None if is_usual else self.usual,
            usual_value=None if is_usual or usual is None else usual.value,
        )
        choose(self.shelf, self.tune, chosen)
        return chosen

    def forget(self) -> bool:
        """Use what the step is given again; return whether anything was chosen."""
        return forget(self.shelf, self.tune)


def _is_good(record: StepRecord | None) -> bool:
    return record is not None and record.phase.good


def _at(workflow: Workflow, path: str) -> Step:
    return next(
        one
        for one, where in places_in(workflow)
        if isinstance(one, Step) and where == path
    )


def _tuned_step(workflow: Workflow, path: str) -> tuple[str, Tune]:
    found = {
        where: one.tune
        for one, where in places_in(workflow)
        if isinstance(one, Step) and one.tune is not None
    }
    if path:
        if path not in found:
            known = ", ".join(found) or "none"
            raise UsageFailed(
                f"step {path!r} of {workflow.name!r} is not to be tuned; those that are: "
                f"{known}"
            )
        return path, found[path]
    if not found:
        raise UsageFailed(
            f"no step of {workflow.name!r} is to be tuned; say so with couler.tune"
        )
    if len(found) > 1:
        raise UsageFailed(
            f"{', '.join(found)} of {workflow.name!r} are to be tuned; say which: "
            "--step NAME"
        )
    return next(iter(found.items()))
