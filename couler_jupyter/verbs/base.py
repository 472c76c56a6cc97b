"""What a verb is: one thing to do, the same in a notebook and on a command line."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Protocol

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Workflow
from couler_jupyter.session import RunHandle, Session

if TYPE_CHECKING:
    from couler_jupyter.planning import Plan
    from couler_jupyter.protocol import PlanView
    from couler_jupyter.reusing import Config
    from couler_jupyter.session.tuning import Tuning
    from couler_jupyter.tuning.verifying import Verification


class TuningShown(Protocol):
    """Tuning as it is shown in a notebook."""

    def update(self) -> None:
        """Show what is known now."""
        ...

    def watching(
        self, made: Verification, run: RunHandle
    ) -> AbstractContextManager[None]:
        """Show the logs of short runs as they come, until the block is left."""
        ...


class Console(Protocol):
    """Where a verb shows what it found: a notebook's cell or a terminal."""

    def say(self, text: str) -> None:
        """Show plain text."""
        ...

    def show_workflow(self, workflow: Workflow) -> None:
        """Show the DAG of a workflow."""
        ...

    def show_run(self, run: RunHandle) -> None:
        """Show where a run stands now."""
        ...

    def show_cache(self, config: Config) -> None:
        """Show what a cache holds and what that is worth."""
        ...

    def show_plan(self, plan: Plan, other: PlanView | None) -> None:
        """Show a plan, or what it differs in from another one."""
        ...

    def open_form(self, session: Session, workflow: Workflow) -> bool:
        """Open a form for submitting; False where there is none to be had."""
        ...

    def show_tuning(self, tuning: Tuning) -> TuningShown | None:
        """Show what is known of settings, live; None where there is only text."""
        ...

    def follow(self, run: RunHandle, *, wait: bool) -> None:
        """Show a run as it goes on, until it has ended or (without `wait`) at once."""
        ...

    def write(self, chunk: str) -> None:
        """Show a piece of a log as it is, without adding a line break."""
        ...


class Verb(Protocol):
    """One verb; its docstring's first line is its help."""

    name: ClassVar[str]
    help: ClassVar[str]

    def declare(self, parser: Parser) -> None:
        """Add the verb's own arguments."""
        ...

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Do it; 0 for success, 1 for a run that failed or a file that is wrong."""
        ...


class Parser(argparse.ArgumentParser):
    """An argument parser that raises instead of leaving the program, and never guesses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **{"allow_abbrev": False, **kwargs})

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong, in one line.

        Raises:
            UsageFailed: always.
        """
        raise UsageFailed(f"{self.prog}: {message}; see {self.prog} --help")


def build_parser(prog: str, verbs: Iterable[Verb]) -> Parser:
    """Return the parser of a program whose sub-commands are `verbs`."""
    parser = Parser(prog=prog, description="workflows, from here to any engine")
    branches = parser.add_subparsers(dest="verb", metavar="VERB", parser_class=Parser)
    branches.required = True
    for verb in verbs:
        branch = branches.add_parser(verb.name, help=verb.help, description=verb.help)
        verb.declare(branch)
        branch.set_defaults(execute=verb.execute)
    return parser


def add_target(parser: Parser, *, what: str = "a workflow") -> None:
    """Add the argument that names a workflow of the notebook, or a file."""
    parser.add_argument(
        "target",
        nargs="?",
        default="",
        metavar="NAME|FILE",
        help=f"{what}: its name in this notebook, or a .py, .yaml, .json or .ipynb "
        "file; the last one defined if left out",
    )
    parser.add_argument(
        "--workflow", default="", metavar="NAME", help="which one of several in a file"
    )


def add_run(parser: Parser) -> None:
    """Add the argument that names a run."""
    parser.add_argument(
        "--run",
        default="last",
        metavar="ID",
        help="a run's id or how it starts; the last run if left out",
    )
