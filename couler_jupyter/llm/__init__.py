"""Language models: which one is meant, what it says, what that costs."""

from couler_jupyter.llm.model import Answer, Message, Model, Role, Schema, Spent
from couler_jupyter.llm.opening import (
    Provider,
    make_providers,
    open_model,
    spending_of,
)
from couler_jupyter.llm.redacting import Redactor
from couler_jupyter.llm.settings import HOW_TO_CONFIGURE, Settings, load_settings
from couler_jupyter.llm.spending import Counted, Spending
from couler_jupyter.llm.transcript import Replayed, Transcript

__all__ = [
    "HOW_TO_CONFIGURE",
    "Answer",
    "Counted",
    "Message",
    "Model",
    "Provider",
    "Redactor",
    "Replayed",
    "Role",
    "Schema",
    "Settings",
    "Spending",
    "Spent",
    "Transcript",
    "load_settings",
    "make_providers",
    "open_model",
    "spending_of",
]
