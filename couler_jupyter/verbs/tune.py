"""tune: foretell what hyper-parameters give, try some for real, use one."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, ClassVar

from couler_jupyter.errors import CoulerError, UsageFailed
from couler_jupyter.session import Session, read_pairs
from couler_jupyter.verbs.base import Console, Parser, TuningShown, add_target
from couler_jupyter.verbs.run import read_options

if TYPE_CHECKING:
    from couler_jupyter.ir import Setting
    from couler_jupyter.session.tuning import Tuning
    from couler_jupyter.tuning.predicting import Source
    from couler_jupyter.tuning.verifying import Outlook

_MOST_ROWS = 12
_SOURCES = ("llm", "past-runs", "none")
_HEADS = ("", "setting", "foretold", "now", "80% band", "from", "units", "seconds")


class Tune:
    """Foretell what hyper-parameters give, try some for real, and use one."""

    name: ClassVar[str] = "tune"
    help: ClassVar[str] = (
        "foretell what hyper-parameters give, try the best for real, and use one"
    )

    def declare(self, parser: Parser) -> None:
        """Add which step, by what, and what to do."""
        add_target(parser)
        parser.add_argument(
            "--step", default="", metavar="STEP", help="which one, where several are"
        )
        parser.add_argument(
            "--source",
            choices=_SOURCES,
            default="",
            help="who foretells: the language model that is configured, or else past runs",
        )
        parser.add_argument(
            "--verify", action="store_true", help="try the best for real, in short runs"
        )
        parser.add_argument(
            "--top", type=int, default=3, metavar="N", help="how many of the best (3)"
        )
        parser.add_argument(
            "--units",
            type=int,
            default=None,
            metavar="N",
            help="how many epochs or rounds each trains; a quarter of all if left out",
        )
        parser.add_argument("--seed", type=int, default=0, help="of what is drawn")
        parser.add_argument("--engine", default="", help="where to try")
        parser.add_argument(
            "-p",
            "--param",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="an input of the workflow; may be given more than once",
        )
        parser.add_argument(
            "-o",
            "--option",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="an option of the engine; may be given more than once",
        )
        parser.add_argument(
            "--worth",
            type=float,
            default=None,
            metavar="N",
            help="what one whole unit of the metric is worth, in the currency of your "
            "prices, or in seconds of a run; runs that cost more than they gain are "
            "then not advised",
        )
        parser.add_argument(
            "--use",
            default="",
            metavar="best|default|N|A=1,B=2",
            help="run with this from now on: the best, a row of the table, or values",
        )
        parser.add_argument(
            "--forget", action="store_true", help="run with what is given again"
        )

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Do what was asked, and show what is known; 1 if every trial was lost."""
        from couler_jupyter.session.tuning import Tuning

        workflow = session.find(given.target, given.workflow)
        tuning = Tuning(session, workflow, given.step)
        if given.forget:
            there = tuning.forget()
            console.say("nothing is chosen any more" if there else "nothing was chosen")
            return 0
        if given.worth is not None and not 0 < given.worth < math.inf:
            raise UsageFailed(f"--worth {given.worth:g}: a number above 0 is needed")
        tuning.engine, tuning.worth = given.engine or session.engine, given.worth
        _predict(tuning, given.source, console)
        shown = console.show_tuning(tuning)
        status = _verify(tuning, given, console, shown) if given.verify else 0
        if shown is None:
            _say(tuning, console)
        if given.use:
            chosen = tuning.use(_wanted(tuning, given.use))
            console.say(f"{tuning.path} runs with {chosen.setting} from now on")
        elif (now := tuning.chosen) is not None:
            console.say(f"{tuning.path} runs with {now.setting}, chosen before")
        if shown is not None:
            shown.update()
        return status


def _say(tuning: Tuning, console: Console) -> None:
    for line in table_lines(tuning):
        console.say(line)
    advice = tuning.advice()
    console.say(f"advice: {advice.word}: {advice.reason}")


def _predict(tuning: Tuning, name: str, console: Console) -> None:
    """Foretell, or say why that cannot be; what is known of real runs is shown anyway."""
    if name == "none":
        return
    try:
        tuning.predict(_source(tuning, name))
    except CoulerError as error:
        if name:
            raise
        console.say(f"nothing is foretold: {error}")


def _source(tuning: Tuning, name: str) -> Source:
    """Return who foretells: as asked, or the model that is configured, or past runs."""
    from couler_jupyter.llm import load_settings, open_model, spending_of

    settings = load_settings()
    if name == "llm" or (not name and settings.model):
        from couler_jupyter.tuning.predicting.llm import Llm

        return Llm(model=open_model(settings, spending_of(settings)))
    from couler_jupyter.tuning.predicting.past_runs import PastRuns
    from couler_jupyter.tuning.predicting.shipped import shipped_runs

    return PastRuns(past=(*shipped_runs(), *tuning.shelf.everything()))


def _verify(
    tuning: Tuning,
    given: argparse.Namespace,
    console: Console,
    shown: TuningShown | None,
) -> int:
    from couler_jupyter.session.tuning import NothingNew

    try:
        made = tuning.verification(top=given.top, units=given.units, seed=given.seed)
    except NothingNew as told:
        console.say(f"{told}")
        return 0
    units = (
        "" if made.units is None else f" of {made.units} {tuning.tune.model.log_unit}s"
    )
    console.say(
        f"{len(made.trials)} real runs{units}, {made.cost:.2g} full runs in all"
    )
    run = tuning.start(
        made,
        engine=given.engine,
        arguments=read_pairs(made.workflow, given.param),
        options=read_options(given.option),
    )
    with shown.watching(made, run) if shown is not None else nullcontext():
        console.follow(run, wait=True)
    found = tuning.collect(made, run)
    for line in tuning.lost:
        console.say(f"lost: {line}")
    return 0 if found else 1


def table_lines(tuning: Tuning) -> Iterator[str]:
    """Yield what is known of the settings as a table, the best first."""
    known = tuning.outlooks()
    goal = tuning.task.goal
    yield f"{tuning.path}: {goal.name} ({goal.direction}) of {len(known)} settings"
    shown = [
        (place, one)
        for place, one in enumerate(known, 1)
        if place <= _MOST_ROWS or one.units or one.setting == tuning.usual
    ]
    rows = [_HEADS, *(_row(place, one, tuning.usual) for place, one in shown)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEADS))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
    if hidden := len(known) - len(shown):
        yield f"… and {hidden} more"
    yield from _warnings(shown)


def _warnings(shown: Sequence[tuple[int, Outlook]]) -> Iterator[str]:
    """Yield each warning once, with the rows that it is about."""
    found: dict[str, list[str]] = {}
    for place, one in shown:
        for warning in one.warnings:
            found.setdefault(warning, []).append(str(place))
    for warning, places in found.items():
        about = "all" if len(places) == len(shown) > 1 else ", ".join(places)
        yield f"{about}: {warning}"


def _row(place: int, one: Outlook, usual: Setting) -> tuple[str, ...]:
    band = ""
    if one.low is not None and one.high is not None and not one.measured:
        fitted = "" if one.calibrated else ", not calibrated"
        band = f"{one.low:.4g} to {one.high:.4g}{fitted}"
    default = " (default)" if one.setting == usual else ""
    return (
        str(place),
        f"{one.setting}{default}",
        _number(one.foretold),
        _number(one.value),
        band,
        one.source,
        str(one.units) if one.units else "",
        "" if one.seconds is None else f"{one.seconds:.1f}",
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _wanted(tuning: Tuning, text: str) -> Setting:
    """Return the setting that a text names.

    Raises:
        UsageFailed: it names none.
        SpaceFault: it is none of the space.
    """
    import json

    if text == "default":
        return tuning.usual
    known = tuning.outlooks()
    place = 1 if text == "best" else int(text) if text.isdecimal() else 0
    if place:
        if place > len(known) or known[place - 1].value is None:
            raise UsageFailed(f"--use {text}: nothing is known of such a setting yet")
        return known[place - 1].setting
    values: dict[str, str | int | float | bool | None] = {}
    for pair in text.split(","):
        name, sign, value = pair.partition("=")
        if not sign:
            raise UsageFailed(
                f"--use {text}: write best, default, the number of a row, or A=1,B=2"
            )
        try:
            values[name.strip()] = json.loads(value)
        except ValueError:
            values[name.strip()] = value.strip()
    return tuning.tune.space.setting(values)
