"""From what a person chose to a model that counts, keeps limits and hears no secret."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

from couler_jupyter.errors import ModelFailed
from couler_jupyter.llm.model import Model
from couler_jupyter.llm.recording import Record, Recorded
from couler_jupyter.llm.redacting import Redacting, Redactor
from couler_jupyter.llm.settings import HOW_TO_CONFIGURE, Settings
from couler_jupyter.llm.spending import Counted, Spending
from couler_jupyter.llm.transcript import Replayed, Transcript
from couler_jupyter.registry import Registry
from couler_jupyter.targets import read_secret, secret_fault

Provider: TypeAlias = Callable[[Settings], Model]
"""Makes a model of what was chosen; asks nobody yet."""
REPLAY: Final = "replay"
"""The provider that only gives the answers of a transcript."""


def make_providers() -> Registry[Provider]:
    """Return the table of who can speak to models, with those of other distributions."""
    builtin = {"openai": "couler_jupyter.llm.openai_model:OpenAIModel"}
    return Registry[Provider]("couler_jupyter.llms", builtin)


def spending_of(settings: Settings) -> Spending:
    """Return a count of what a session spends, with the limits that were chosen."""
    return Spending(settings.most_tokens, settings.most_dollars, settings.prices)


def open_model(
    settings: Settings,
    spending: Spending,
    *,
    providers: Registry[Provider] | None = None,
    record_folder: Path | None = None,
) -> Model:
    """Return the model that was chosen; nothing is asked yet.

    Secrets are taken out of what it is asked, each question and answer is counted, and
    written down unless the settings say otherwise.

    Args:
        settings: which one.
        spending: of the session.
        providers: who can speak to models; None for all there are.
        record_folder: for what is written down; None for the usual one.

    Raises:
        ModelFailed: none was chosen.
        UnknownName: there is no such provider.
    """
    if not settings.model:
        raise ModelFailed(f"no language model is chosen; {HOW_TO_CONFIGURE}")
    redactor = Redactor(_secrets(settings))
    model = _spoken(settings, redactor, providers or make_providers())
    if settings.record:
        model = Recorded(model, Record(redactor, record_folder))
    return Counted(Redacting(model, redactor), spending)


def _spoken(
    settings: Settings, redactor: Redactor, providers: Registry[Provider]
) -> Model:
    transcript = _transcript(settings, redactor)
    if settings.provider == REPLAY:
        if transcript is None:
            raise ModelFailed(
                "a replay needs COULER_LLM_TRANSCRIPT, the file to give answers from"
            )
        return Replayed(settings.model, transcript)
    model = providers.get(settings.provider)(settings)
    if transcript is None:
        return model
    return Replayed(model.name, transcript, model)


def _transcript(settings: Settings, redactor: Redactor) -> Transcript | None:
    if not settings.transcript:
        return None
    return Transcript(Path(settings.transcript).expanduser(), redactor)


def _secrets(settings: Settings) -> list[str]:
    if not settings.key or secret_fault(settings.key) is not None:
        return []  # whoever needs it says so
    return [read_secret(settings.key)]
