"""Step 5: self-calibration, the model's own score of a program against the wish.

Algorithm 1 of the paper (lines 7 to 10) writes a program again while its score is below
a baseline S_b; it gives no figure for S_b and no bound for the loop. Here the checks come
first, what is scored passes them, and the loop ends after `MOST_REWRITES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from couler_jupyter.llm import Message
from couler_jupyter.nl.asking import Talk
from couler_jupyter.nl.decomposing import closed
from couler_jupyter.nl.prompting import fenced, prompt
from couler_jupyter.nl.proposal import Wish

BASELINE: Final = 0.7
"""S_b: a program below this score is written again, with the critique."""
MOST_REWRITES: Final = 1
_MOST_TOKENS = 300


@dataclass(frozen=True, slots=True)
class Score:
    """What a model thinks of a program.

    Attributes:
        value: from 0 to 1.
        critique: what it would change; may be empty.
    """

    value: float
    critique: str


def score(wish: Wish, code: str, talk: Talk) -> Score:
    """Return how much of a wish a program is.

    Raises:
        ModelFailed: there was no answer, or none by the schema.
        SpendingLimit: the limit of the session is reached.
    """
    messages = (
        Message("system", prompt("score")),
        Message("user", f"Wish: {wish.text}\n\n{fenced(code)}"),
    )
    form = closed({"score": {"type": "number"}, "critique": {"type": "string"}})
    found = talk.ask_json(messages, form, most_tokens=_MOST_TOKENS)
    value = min(1.0, max(0.0, float(found["score"])))
    return Score(value, " ".join(str(found["critique"]).split()))
