"""`%%nl` proposes a cell for a wish, `%nl` goes on with it, `%%lake` keeps an example."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from IPython.core.magic import (
    Magics,
    cell_magic,
    line_cell_magic,
    magics_class,
    no_var_expand,
)
from traitlets import Float, Int, Unicode

from couler_jupyter.errors import (
    CoulerError,
    ModelFailed,
    SpendingLimit,
    UsageFailed,
)
from couler_jupyter.ir import nearest
from couler_jupyter.verbs import Parser

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from couler_jupyter.llm import Settings
    from couler_jupyter.magics.magic import CoulerMagics
    from couler_jupyter.nl.progress import Listener
    from couler_jupyter.session.wishes import Granted, Proposals

_HELP = """\
%%nl [NAME] [--model M] [--engine E] [--draft] [--context | --no-context]
                         the cell below says in prose what the workflow should do
%nl revise WORDS         change the last proposal
%nl insert [NUMBER]      put a proposal into the next cell
%nl why STEP             why a step of the last proposal is there
%nl history              what was proposed here
%nl context [on | off]   show what a model would be told of this notebook; send it, or not
Nothing that is proposed runs before you run its cell."""
_UNSENT = (
    "{count} things of this notebook were not told to {model}: %nl context shows what "
    "would be sent, %nl context on sends it from now on"
)


@magics_class
class NlMagics(Magics):
    """Prose as workflows; settings by `%config NlMagics`. Keys by reference only."""

    model = Unicode("", help="The language model; COULER_LLM_MODEL if empty.").tag(
        config=True
    )
    base_url = Unicode("", help="Of an OpenAI-compatible endpoint.").tag(config=True)
    key = Unicode("", help="Where its key is: env:NAME or keyring:SERVICE/NAME.").tag(
        config=True
    )
    most_tokens = Int(0, help="That this session may spend; 0 for any number.").tag(
        config=True
    )
    most_dollars = Float(0.0, help="That this session may spend; 0 for any.").tag(
        config=True
    )

    def __init__(self, shell: InteractiveShell, workflows: CoulerMagics) -> None:
        super().__init__(shell)
        self._shell = shell
        self._workflows = workflows

    @property
    def _proposals(self) -> Proposals:
        return self._workflows.session.proposals

    @no_var_expand
    @line_cell_magic
    def nl(self, line: str, cell: str | None = None) -> None:
        """Have a workflow written from prose; see %nl --help."""
        self._shortly(
            lambda: self._line(line) if cell is None else self._cell(line, cell)
        )

    @no_var_expand
    @cell_magic
    def lake(self, line: str, cell: str) -> None:
        """Keep the cell's example in your Code Lake; see docs/prose.md."""
        self._shortly(lambda: self._keep(line, cell))

    def _shortly(self, do: Callable[[], object]) -> None:
        try:
            do()
        except CoulerError as error:
            if self._workflows.short_errors:
                raise error.with_traceback(None) from None
            raise

    def _cell(self, line: str, cell: str) -> None:
        try:
            given = wish_parser().parse_args(_split(line))
        except SystemExit:  # --help has printed what there is
            return
        settings = self._settings(model=given.model, draft=given.draft)
        context = self._context(given, settings)
        wish = self._proposals.wish(
            cell,
            name=given.name,
            engine=given.engine or self._workflows.engine,
            context=context,
        )
        try:
            self._work(
                cell,
                settings,
                lambda listener: self._proposals.propose(wish, settings, listener),
                context,
            )
        except (ModelFailed, SpendingLimit):
            self._say("%%nl --draft makes a draft without a model")
            raise

    def _context(self, given: argparse.Namespace, settings: Settings) -> str:
        """Return what is sent of the notebook; it is shown before."""
        if not settings.model or given.context is False:
            return ""
        held = self._proposals.context()
        if not held:
            return ""
        if given.context or self._proposals.sends_context:
            self._say(f"{settings.model} is told of this notebook:\n{_indented(held)}")
            return held
        count = len(held.splitlines())
        self._say(_UNSENT.format(count=count, model=settings.model))
        return ""

    def _line(self, line: str) -> None:
        word, _, rest = line.strip().partition(" ")
        verbs: dict[str, Callable[[str], None]] = {
            "revise": self._revise,
            "insert": self._insert,
            "why": self._why,
            "history": self._history,
            "context": self._switch,
        }
        if word in {"", "-h", "--help"}:
            self._say(_HELP)
            return
        if word not in verbs:
            near = nearest(word, verbs)
            raise UsageFailed(f"%nl has no verb {word!r}{near}; see %nl --help")
        verbs[word](rest.strip())

    def _revise(self, request: str) -> None:
        words = _unquoted(request)
        if not words:
            raise UsageFailed("say what should be other: %nl revise WORDS")
        proposals = self._proposals
        settings = self._settings(model=proposals.asked())
        self._work(
            words,
            settings,
            lambda listener: proposals.revise(words, settings, listener),
        )

    def _insert(self, number: str) -> None:
        if number and not number.isdecimal():
            raise UsageFailed(f"{number!r} is no number of a proposal; see %nl history")
        self._propose(self._proposals.proposal(int(number or 0)).cell)

    def _why(self, step: str) -> None:
        from couler_jupyter.nl.revising import why
        from couler_jupyter.protocol import some_lines

        if not step:
            raise UsageFailed("name a step: %nl why STEP")
        self._say(some_lines(why(self._proposals.proposal(), step)))

    def _history(self, _: str) -> None:
        from couler_jupyter.drawing import proposal_heading
        from couler_jupyter.magics.wish_in_cell import view_of
        from couler_jupyter.protocol import one_line

        history = self._proposals.history
        for number, one in enumerate(history, 1):
            wish = one_line(one.outcome.wish.text, 80)
            self._say(f"{number:>3}  {proposal_heading(view_of(one))}  ({wish})")
        spent = self._proposals.spending.spent
        if spent.calls:
            cost = "cost unknown" if spent.dollars is None else f"${spent.dollars:.4f}"
            self._say(f"this session has spent {spent.tokens:,} tokens, {cost}")
        if not history:
            self._say("nothing was wished for yet")

    def _switch(self, word: str) -> None:
        if word in {"on", "off"}:
            self._proposals.sends_context = word == "on"
        elif word:
            raise UsageFailed(
                f"%nl context {word}: it is on, off, or nothing to show it"
            )
        held = self._proposals.context()
        on = self._proposals.sends_context
        self._say(f"a model is {'' if on else 'not '}told of this notebook")
        self._say(_indented(held) if held else "  there is nothing to tell")

    def _work(
        self,
        text: str,
        settings: Settings,
        work: Callable[[Listener], Granted],
        context: str = "",
    ) -> None:
        from couler_jupyter.magics.wish_in_cell import WishInNotebook, WishInTerminal
        from couler_jupyter.session.wishes import Following

        is_notebook = getattr(self._shell, "kernel", None) is not None
        shown = WishInNotebook(self._change) if is_notebook else WishInTerminal()
        following = Following(
            text, model=settings.model, context=context, told=shown.tell
        )
        made = shown.go(following, work)
        if made.proposal is not None:
            self._propose(made.proposal.cell)

    def _change(self, was: Granted, words: str, listener: Listener) -> Granted:
        settings = self._settings(model=was.model)
        return self._proposals.revise(words, settings, listener, before=was.proposal)

    def _propose(self, cell: str) -> None:
        """Put a cell after this one; it is there to be read, and does not run."""
        self._shell.set_next_input(cell, replace=False)

    def _settings(self, *, model: str = "", draft: bool = False) -> Settings:
        """Return which model is asked: the one named here, or as the person chose."""
        from dataclasses import replace

        settings = self._proposals.settings(
            model=model or self.model,
            base_url=self.base_url,
            key=self.key,
            most_tokens=self.most_tokens,
            most_dollars=self.most_dollars,
        )
        return replace(settings, model="") if draft else settings

    def _keep(self, line: str, cell: str) -> None:
        from couler_jupyter.nl.lake import read_entry, save_entry

        name = line.strip()
        if len(name.split()) > 1:
            raise UsageFailed(f"%%lake {name}: a name is one word")
        text = _entry_text(name, cell)
        entry = read_entry(text, f"%%lake {name}".rstrip())
        path = save_entry(entry)
        self._say(f"{entry.name} is in your Code Lake: {path}")

    def _say(self, text: str) -> None:
        sys.stdout.write(f"{text}\n")


def wish_parser() -> Parser:
    """Return the parser of the first line of a `%%nl` cell."""
    parser = Parser(prog="%%nl", description="have a workflow written from this prose")
    parser.add_argument("name", nargs="?", default="", help="what it is called")
    parser.add_argument("--model", default="", help="the language model that is asked")
    parser.add_argument("--engine", default="", help="the engine it is checked for")
    parser.add_argument(
        "--draft", action="store_true", help="ask no model: from the Code Lake alone"
    )
    parser.add_argument(
        "--context",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="whether the model is told what this notebook holds",
    )
    return parser


def _entry_text(name: str, cell: str) -> str:
    """Return a cell as the text of an entry: a head of `KEY: VALUE`, then the example."""
    head, _, code = cell.strip("\n").partition("\n\n")
    lines = [f"name: {name}", *head.splitlines()] if name else head.splitlines()
    if head.strip().startswith("---"):
        return cell  # it is written as a file is
    return "\n".join(
        ["---", *lines, "---", "", "```python", code.strip("\n"), "```", ""]
    )


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1].strip()
    return text


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError as error:
        raise UsageFailed(f"%%nl {line}: {error}") from None
