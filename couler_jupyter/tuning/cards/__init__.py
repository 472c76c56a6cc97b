"""Cards as Hugging Face writes them, drafted from data and estimators, and checked."""

from couler_jupyter.tuning.cards.checking import check
from couler_jupyter.tuning.cards.data import draft_data_card
from couler_jupyter.tuning.cards.model import draft_model_card
from couler_jupyter.tuning.cards.readme import (
    card_text,
    metadata_of,
    read_data_card,
    read_model_card,
    write_card,
)

__all__ = [
    "card_text",
    "check",
    "draft_data_card",
    "draft_model_card",
    "metadata_of",
    "read_data_card",
    "read_model_card",
    "write_card",
]
