"""Tab completion for `%couler` and `%%couler`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from IPython.core.completer import (
    CompletionContext,
    IPCompleter,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)

from couler_jupyter.verbs import VERBS, Parser, build_parser

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from couler_jupyter.magics.magic import CoulerMagics

_MARK = "_couler_matcher"


def install(shell: InteractiveShell, magics: CoulerMagics) -> None:
    """Offer verbs, options and names after `%couler`."""
    completer: IPCompleter | None = getattr(shell, "Completer", None)
    if completer is None:
        return

    def couler_matcher(context: CompletionContext) -> SimpleMatcherResult:
        words = candidates(context, magics)
        found = [SimpleCompletion(w) for w in words if w.startswith(context.token)]
        return {"completions": found, "suppress": bool(found)}

    matcher = context_matcher()(couler_matcher)
    setattr(matcher, _MARK, True)
    completer.custom_matchers.append(matcher)


def uninstall(shell: InteractiveShell) -> None:
    """Stop offering them."""
    completer: IPCompleter | None = getattr(shell, "Completer", None)
    if completer is not None:
        matchers = completer.custom_matchers
        matchers[:] = [one for one in matchers if not hasattr(one, _MARK)]


def candidates(context: CompletionContext, magics: CoulerMagics) -> list[str]:
    """Return all that may stand where the cursor is; empty outside our magics."""
    words = context.line_with_cursor.split()
    if context.line_with_cursor[-1:].strip():
        words = words[:-1]
    if not words:
        return []
    if words[0] == "%%couler" and context.cursor_line == 0:
        from couler_jupyter.magics.magic import cell_parser

        return _after(cell_parser(), words[1:], magics)
    if words[0] != "%couler":
        return []
    parser = build_parser("%couler", (VERBS.get(name)() for name in VERBS.names()))
    if len(words) == 1:
        return [*VERBS.names(), "--help"]
    branches = next(
        action
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
    )
    branch = branches.choices.get(words[1])
    return [] if branch is None else _after(branch, words[2:], magics)


def _after(parser: Parser, words: list[str], magics: CoulerMagics) -> list[str]:
    options = {name: one for one in parser._actions for name in one.option_strings}
    last = options.get(words[-1]) if words else None
    if last is not None and last.nargs != 0:
        return _values(last, magics)
    positional = [one for one in parser._actions if not one.option_strings]
    values = [value for one in positional for value in _values(one, magics)]
    return [*values, *(name for name in options if name not in words)]


def _values(action: argparse.Action, magics: CoulerMagics) -> list[str]:
    if action.choices is not None:
        return [str(choice) for choice in action.choices]
    session = magics.session
    match action.dest:
        case "target" | "name":
            return list(session.workflows)
        case "engine":
            from couler_jupyter.engines import ENGINES

            return ENGINES.names()
        case "run":
            return ["last", *(record.id for record in session.runs(limit=10))]
        case "step":
            records = session.runs(limit=1)
            return list(session.run(records[0].id).steps) if records else []
        case _:
            return []
