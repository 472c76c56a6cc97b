"""What was wished for in a notebook and what came of it; nothing of it has run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from threading import Lock

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Workflow
from couler_jupyter.llm import Model, Settings, Spending, load_settings, open_model
from couler_jupyter.nl.lake import Lake
from couler_jupyter.nl.progress import Listener
from couler_jupyter.nl.proposal import Proposal, Question, Wish
from couler_jupyter.session.wishes.context import notebook_context


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What came of one wish.

    Attributes:
        outcome: a proposal, or a question back.
        before: the proposal that it is a change of; None for a wish of its own.
        model: who was asked; empty for nobody.
    """

    outcome: Proposal | Question
    before: Proposal | None = None
    model: str = ""

    @property
    def proposal(self) -> Proposal | None:
        """The proposal, if that is what came of it."""
        return self.outcome if isinstance(self.outcome, Proposal) else None


class Proposals:
    """Works on wishes, one at a time, and remembers what came of them.

    Attributes:
        sends_context: whether a model is told what the notebook holds; a person says so.
        spending: of this session on models.
    """

    def __init__(
        self,
        names: Callable[[], Mapping[str, object]] = dict,
        workflows: Callable[[], Mapping[str, Workflow]] = dict,
        *,
        opened: Callable[[Settings, Spending], Model] = open_model,
    ) -> None:
        """Remember nothing yet.

        Args:
            names: gives the notebook's variables.
            workflows: gives those defined here.
            opened: makes the model that was chosen.
        """
        self.sends_context = False
        self.spending = Spending()
        self._names, self._workflows = names, workflows
        self._opened = opened
        self._history: list[Granted] = []
        self._busy = Lock()

    @property
    def history(self) -> tuple[Granted, ...]:
        """All that came of wishes, the latest last."""
        return tuple(self._history)

    def proposal(self, number: int = 0) -> Proposal:
        """Return a proposal by its number in the history, from 1; the last for 0.

        Raises:
            UsageFailed: there is none.
        """
        return self._proposed(number)[1]

    def asked(self) -> str:
        """Return which model the last proposal is of; empty for a draft.

        Raises:
            UsageFailed: there is none.
        """
        return self._proposed(0)[0].model

    def _proposed(self, number: int) -> tuple[Granted, Proposal]:
        if number:
            for one in self._history[number - 1 : number]:
                if one.proposal is not None:
                    return one, one.proposal
            raise UsageFailed(f"no proposal has the number {number}; see %nl history")
        for one in reversed(self._history):
            if one.proposal is not None:
                return one, one.proposal
        raise UsageFailed("nothing is proposed yet; write a wish in a %%nl cell")

    def context(self) -> str:
        """Return what of the notebook a model would be told, if it may; without secrets."""
        return notebook_context(self._names(), self._workflows())

    def settings(self, **changes: object) -> Settings:
        """Return which model is asked: as the person chose, with what is given here.

        Raises:
            UsageFailed: what was chosen cannot be.
        """
        given = {name: value for name, value in changes.items() if value}
        return replace(load_settings(), **given)  # type: ignore[arg-type]

    def wish(
        self, text: str, *, name: str = "", engine: str = "local", context: str = ""
    ) -> Wish:
        """Return a wish that takes no name away from the notebook."""
        taken = frozenset({*self._names(), *self._workflows()})
        return Wish(text=text, name=name, engine=engine, context=context, taken=taken)

    def propose(
        self, wish: Wish, settings: Settings, listener: Listener | None = None
    ) -> Granted:
        """Work on a wish; without a model, from the Code Lake alone.

        Raises:
            CoulerError: the model could not be asked, or the limit is reached.
            UsageFailed: another wish is worked on.
        """

        def work() -> Proposal | Question:
            from couler_jupyter.nl.pipeline import propose

            if not settings.model:
                return _drafted(wish, listener)
            model, lake = self._open(settings), Lake.at_hand()
            return propose(wish, model=model, lake=lake, listener=listener)

        return self._do(work, None, settings)

    def revise(
        self,
        request: str,
        settings: Settings,
        listener: Listener | None = None,
        *,
        before: Proposal | None = None,
    ) -> Granted:
        """Change a proposal as somebody asks; without a model, it is drafted anew.

        Args:
            request: what is to be other, in words.
            settings: which model is asked.
            listener: is told what is done.
            before: what is changed; None for the last proposal.

        Raises:
            CoulerError: the model could not be asked, or the limit is reached.
            UsageFailed: there is no proposal, or another wish is worked on.
        """
        was = before or self.proposal()

        def work() -> Proposal | Question:
            from couler_jupyter.nl.revising import revise

            if not settings.model:
                text = f"{was.wish.text}\n{request}"
                return _drafted(replace(was.wish, text=text, name=was.name), listener)
            model, lake = self._open(settings), Lake.at_hand()
            return revise(was, request, model=model, lake=lake, listener=listener)

        return self._do(work, was, settings)

    def _open(self, settings: Settings) -> Model:
        spending = self.spending
        spending.most_tokens = settings.most_tokens
        spending.most_dollars = settings.most_dollars
        spending.prices = settings.prices
        return self._opened(settings, spending)

    def _do(
        self,
        work: Callable[[], Proposal | Question],
        before: Proposal | None,
        settings: Settings,
    ) -> Granted:
        if not self._busy.acquire(blocking=False):
            raise UsageFailed("another wish is worked on; wait for its end")
        try:
            made = Granted(outcome=work(), before=before, model=settings.model)
            self._history.append(made)
            return made
        finally:
            self._busy.release()


def _drafted(wish: Wish, listener: Listener | None) -> Proposal | Question:
    from couler_jupyter.nl.draft import draft

    return draft(wish, Lake.at_hand(), listener)
