"""run: start a workflow and follow it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import ClassVar

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Json, Workflow
from couler_jupyter.session import Session, read_pairs
from couler_jupyter.targets import target_named
from couler_jupyter.verbs.base import Console, Parser, add_target


class Run:
    """Run a workflow and follow it to its end."""

    name: ClassVar[str] = "run"
    help: ClassVar[str] = "run a workflow and follow it to its end"

    def declare(self, parser: Parser) -> None:
        """Add which workflow, where, and with what."""
        add_target(parser)
        add_how_to_run(parser)

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Start it, and follow it unless told not to."""
        return start(
            session, session.find(given.target, given.workflow), given, console
        )


def add_how_to_run(parser: Parser) -> None:
    """Add where a workflow is run, with what, and whether to wait for it."""
    parser.add_argument("--engine", default="", help="where; see the verb engines")
    parser.add_argument(
        "--on",
        default="",
        metavar="TARGET",
        help="where, by the name of a place; see the verb targets",
    )
    parser.add_argument(
        "-p",
        "--param",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an input of the workflow; of a file, its path; may be given more than once",
    )
    parser.add_argument(
        "-o",
        "--option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an option of the engine, as slots=4; may be given more than once",
    )
    parser.add_argument(
        "--no-cache", action="store_true", help="reuse nothing, and keep nothing"
    )
    parser.add_argument(
        "--refresh",
        action="append",
        default=[],
        metavar="STEP",
        help="run this step whatever is known of it; may be given more than once",
    )
    parser.add_argument(
        "--target",
        dest="targets",
        action="append",
        default=[],
        metavar="STEP",
        help="run only what this step needs; may be given more than once",
    )
    parser.add_argument(
        "--detach",
        action="store_true",
        help="return at once; the run goes on by itself",
    )


def start(
    session: Session, workflow: Workflow, given: argparse.Namespace, console: Console
) -> int:
    """Start a run; 0 if it succeeded or goes on by itself, 1 if it did not."""
    if session.defining:
        return 0
    engine, options = place_of(given)
    run = session.submit(
        workflow,
        arguments=read_pairs(workflow, given.param),
        engine=engine,
        options=options,
        passes=getattr(given, "passes", ""),
        targets=given.targets,
    )
    console.follow(run, wait=not given.detach)
    return 0 if given.detach or run.phase.good else 1


def place_of(given: argparse.Namespace) -> tuple[str, dict[str, Json]]:
    """Return the engine and the options that are meant: a target's, or as the line says.

    Raises:
        UnknownName: there is no such target.
        UsageFailed: engine and target do not go together.
    """
    said = {**read_options(given.option), **_reuse_options(given)}
    if not given.on:
        return given.engine, said
    target = target_named(given.on, Path.cwd())
    if given.engine and given.engine != target.engine:
        raise UsageFailed(
            f"target {target.name!r} is one of the engine {target.engine}, "
            f"not {given.engine}; leave --engine out"
        )
    return target.engine, {**target.run_options(), **said}


def _reuse_options(given: argparse.Namespace) -> dict[str, Json]:
    options: dict[str, Json] = {}
    if given.no_cache:
        options["cache"] = "none"
    if given.refresh:
        options["refresh"] = given.refresh
    return options


def read_options(pairs: list[str]) -> dict[str, Json]:
    """Return `name=value` texts as options; values are JSON where they read as such.

    Raises:
        UsageFailed: a text has no `=`.
    """
    options: dict[str, Json] = {}
    for pair in pairs:
        name, sign, text = pair.partition("=")
        if not sign:
            raise UsageFailed(f"option {pair!r} must be written name=value")
        try:
            options[name] = json.loads(text)
        except ValueError:
            options[name] = text
    return options
