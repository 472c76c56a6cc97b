"""`%%couler NAME` and `%couler VERB`: parse, one call, display."""

from __future__ import annotations

import argparse
import os
import shlex
from typing import TYPE_CHECKING

from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand
from traitlets import Bool, Unicode

from couler_jupyter.compat.loading import load_script
from couler_jupyter.errors import CoulerError, RunFailed, UsageFailed
from couler_jupyter.ir import Workflow
from couler_jupyter.magics.cell import build_cell
from couler_jupyter.magics.console import CellConsole
from couler_jupyter.magics.panel import PanelLink
from couler_jupyter.session import LOADERS, Session
from couler_jupyter.verbs import VERBS, Parser, build_parser
from couler_jupyter.verbs.run import add_how_to_run, start

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


@magics_class
class CoulerMagics(Magics):
    """Workflows in notebooks; settings by `%config CoulerMagics`."""

    engine = Unicode("local", help="Where workflows run when no engine is named.").tag(
        config=True
    )
    wait = Bool(True, help="Whether running a workflow waits for its end.").tag(
        config=True
    )
    short_errors = Bool(True, help="Whether errors are one line, not a traceback.").tag(
        config=True
    )

    def __init__(self, shell: InteractiveShell, session: Session | None = None) -> None:
        super().__init__(shell)
        self._shell = shell
        self.session = session or Session(
            loaders={**LOADERS, ".py": load_script},
            names=lambda: shell.user_ns,
            notebook=_notebook_of(shell),
        )
        self.panel = PanelLink(shell, lambda: self.session)

    @no_var_expand
    @line_cell_magic
    def couler(self, line: str, cell: str | None = None) -> None:
        """Build a workflow from a cell, or do something with one.

        %%couler [NAME] [--run] [--engine E]   the cell below is Python with couler
        %couler VERB ...                       see %couler --help
        """
        try:
            self.session.engine = self.engine
            if cell is None:
                self._verb(line)
            else:
                self._cell(line, cell)
        except CoulerError as error:
            if self.short_errors:
                raise error.with_traceback(None) from None
            raise

    def _verb(self, line: str) -> None:
        words = _split(line) or ["--help"]
        parser = build_parser("%couler", (VERBS.get(name)() for name in VERBS.names()))
        given = _parse(parser, words)
        if given is None:
            return
        if hasattr(given, "detach") and not self.wait:
            given.detach = True
        status = given.execute(self.session, given, self._console())
        if status and given.verb in ("run", "retry"):
            self.session.run().check()

    def _cell(self, line: str, cell: str) -> None:
        parser = cell_parser()
        given = _parse(parser, _split(line))
        if given is None:
            return
        workflow = build_cell(self._shell, cell, given.name)
        self.session.define(workflow)
        self._shell.user_ns[variable_name(given.name or workflow.name)] = workflow
        self.panel.tell()
        console = self._console()
        if given.run:
            given.detach = given.detach or not self.wait
            if start(self.session, workflow, given, console):
                raise _failure(self.session)
        elif not given.quiet:
            console.show_workflow(workflow)
            self._warn(workflow, given.engine)

    def _warn(self, workflow: Workflow, name: str) -> None:
        engine = self.session.engine_named(name)
        for problem in engine.problems(engine.lower(workflow)):
            self._console().say(f"{engine.name} cannot run it: {problem}")

    def _console(self) -> CellConsole:
        return CellConsole(self._shell)


def cell_parser() -> Parser:
    """Return the parser of the first line of a `%%couler` cell."""
    parser = Parser(prog="%%couler", description="build a workflow from this cell")
    parser.add_argument(
        "name",
        nargs="?",
        default="",
        help="what the workflow and its variable are called",
    )
    parser.add_argument("--run", action="store_true", help="run it as well")
    parser.add_argument("--quiet", action="store_true", help="do not show it")
    add_how_to_run(parser)
    return parser


def variable_name(name: str) -> str:
    """Return the Python name for a workflow's name.

    >>> variable_name("pick-best")
    'pick_best'
    """
    cleaned = "".join(c if c.isalnum() else "_" for c in name)
    return cleaned if not cleaned[:1].isdigit() else f"_{cleaned}"


def _failure(session: Session) -> CoulerError:
    try:
        session.run().check()
    except RunFailed as error:
        return error
    return RunFailed("the run did not succeed")


def _parse(parser: Parser, words: list[str]) -> argparse.Namespace | None:
    try:
        return parser.parse_args(words)
    except SystemExit:  # --help has printed what there is
        return None


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError as error:
        raise UsageFailed(f"%couler {line}: {error}") from None


def _notebook_of(shell: InteractiveShell) -> str:
    """Return the path that VS Code or a Jupyter server tells its kernels; empty if none."""
    of_vscode = shell.user_ns.get("__vsc_ipynb_file__", "")
    return str(of_vscode or os.environ.get("JPY_SESSION_NAME", ""))
