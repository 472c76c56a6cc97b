"""nl-bench: how often prose becomes the workflow that was meant."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from couler_jupyter.errors import SpendingLimit, UsageFailed
from couler_jupyter.verbs.base import Console, Parser

if TYPE_CHECKING:
    from couler_jupyter.ir import Json
    from couler_jupyter.llm import Model
    from couler_jupyter.nl.bench import Proposer, Result, Sample
    from couler_jupyter.session import Session

_OF_TASKS = 25
"""Samples after which it is told how far it has come."""


class NlBench:
    """Measure how often prose becomes the workflow that was meant."""

    name: ClassVar[str] = "nl-bench"
    help: ClassVar[str] = "measure how often prose becomes the workflow that was meant"

    def declare(self, parser: Parser) -> None:
        """Add who proposes, how often, on what, and where the result goes."""
        parser.add_argument(
            "--model",
            default="",
            metavar="NAME",
            help="the one that is configured if left out",
        )
        parser.add_argument(
            "--draft",
            action="store_true",
            help="ask no model: drafts from the Code Lake",
        )
        parser.add_argument(
            "--samples", type=int, default=1, metavar="N", help="draws of each wording"
        )
        parser.add_argument(
            "--class",
            dest="classes",
            action="append",
            default=[],
            metavar="CLASS",
            help="of tasks, as chain; may be repeated; all if left out",
        )
        parser.add_argument(
            "--rounds",
            type=int,
            default=None,
            metavar="N",
            help="how often faults go back to the model; 0 for no feedback",
        )
        parser.add_argument(
            "--temperature", type=float, default=None, metavar="T", help="of sampling"
        )
        files = parser.add_mutually_exclusive_group()
        files.add_argument(
            "--record", default="", metavar="FILE", help="write all answers down"
        )
        files.add_argument(
            "--replay", default="", metavar="FILE", help="ask a file of answers instead"
        )
        parser.add_argument("--out", default="", metavar="FILE", help="result as JSON")
        parser.add_argument(
            "--compare", default="", metavar="FILE", help="with an earlier result"
        )
        parser.add_argument(
            "--failures", action="store_true", help="say what was wrong with each"
        )

    def execute(
        self,
        session: Session,  # noqa: ARG002 (it needs nothing of the notebook)
        given: argparse.Namespace,
        console: Console,
    ) -> int:
        """Draw samples and show what came of them; 1 where a limit cut it short."""
        if given.samples < 1:
            raise UsageFailed(f"--samples {given.samples}: one at the least")
        earlier = _read(given.compare) if given.compare else None
        result, whole = _measure(given, console)
        if not result.samples:
            return 1
        if given.out:
            Path(given.out).write_text(result.to_json(), encoding="utf-8")
        _show(result, given, console)
        if earlier is not None:
            from couler_jupyter.nl.bench import compare

            console.say(f"{given.compare}, then this: {compare(earlier, result)}")
        return int(not whole)


def _measure(given: argparse.Namespace, console: Console) -> tuple[Result, bool]:
    """Return all samples, and whether they are all that were asked for."""
    from couler_jupyter.nl.bench import Result, read_tasks, sample_all

    tasks = read_tasks(given.classes)
    name, proposer = _draft() if given.draft else _asking(given)
    samples: list[Sample] = []
    whole = True
    every = len(tasks) * 3 * given.samples
    try:
        for one in sample_all(tasks, proposer, samples=given.samples):
            samples.append(one)
            if len(samples) % _OF_TASKS == 0:
                console.say(f"{len(samples)} of {every}: {_right(samples)} right")
    except SpendingLimit as error:
        console.say(f"after {len(samples)} of {every}: {error}")
        whole = False
    options = _options(given)
    return Result(model=name, options=options, samples=tuple(samples)), whole


def _options(given: argparse.Namespace) -> Mapping[str, Json]:
    if given.draft:
        return {"samples": given.samples}
    return {
        "samples": given.samples,
        "rounds": given.rounds,
        "temperature": given.temperature,
    }


def _right(samples: Iterable[Sample]) -> int:
    return sum(one.passed for one in samples)


def _draft() -> tuple[str, Proposer]:
    from couler_jupyter.nl.bench import drafting

    return "draft", drafting()


def _asking(given: argparse.Namespace) -> tuple[str, Proposer]:
    """Return the model's name, and what asks it."""
    from couler_jupyter.nl.bench import asking

    model = _model(given)
    return model.name, asking(
        model, most_rounds=given.rounds, temperature=given.temperature
    )


def _model(given: argparse.Namespace) -> Model:
    """Return the model that is asked, or the answers that stand for it.

    Raises:
        ModelFailed: none was chosen.
    """
    from couler_jupyter.llm import load_settings, open_model, spending_of
    from couler_jupyter.llm.opening import REPLAY

    settings = load_settings()
    if given.model:
        settings = replace(settings, model=given.model)
    if given.replay:
        if not Path(given.replay).is_file():
            raise UsageFailed(f"--replay {given.replay}: there is no such file")
        settings = replace(
            settings, provider=REPLAY, transcript=given.replay, record=False
        )
    elif given.record:
        settings = replace(settings, transcript=given.record)
    return open_model(settings, spending_of(settings))


def _show(result: Result, given: argparse.Namespace, console: Console) -> None:
    from couler_jupyter.nl.bench import failures, lines_of

    for line in lines_of(result):
        console.say(line)
    if given.failures:
        for line in failures(result.samples):
            console.say(line)


def _read(name: str) -> Result:
    from couler_jupyter.nl.bench import Result

    try:
        return Result.from_json(Path(name).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageFailed(f"--compare {name}: {error.strerror}") from None
