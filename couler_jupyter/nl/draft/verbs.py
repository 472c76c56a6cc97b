"""What the words of a wish ask for: a verb, and the kind of module it stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from couler_jupyter.nl.draft.vocabulary import words_in
from couler_jupyter.nl.lake.words import folded
from couler_jupyter.nl.modules import Kind

_WORD = re.compile(r"[A-Za-z][A-Za-z-]*|\d+")
_VAGUE: Final = words_in("vague")
_SKIPPED: Final = words_in("skipped")
_IRREGULAR: Final = {
    "made": "make", "built": "build", "written": "write", "drawn": "draw", "sent": "send",
    "taken": "take", "read": "read", "cut": "cut", "put": "put", "split": "split",
    "found": "find", "chosen": "choose", "fit": "fit", "set": "set", "run": "run",
    "learnt": "learn", "kept": "keep", "told": "tell", "got": "get", "shown": "show",
    "bound": "bind", "brought": "bring", "fed": "feed", "held": "hold", "hung": "hang",
    "laid": "lay", "led": "lead", "paid": "pay", "sold": "sell", "shrunk": "shrink",
    "spun": "spin", "stuck": "stick", "swept": "sweep", "woven": "weave", "burnt": "burn",
    "frozen": "freeze", "hidden": "hide", "grown": "grow", "spread": "spread",
}  # fmt: skip
_STATES: Final = words_in("states")
_OBJECTS: Final = words_in("objects")
_AT_START: Final = words_in("at-start")
_FUNCTION: Final = words_in("function")
_BEFORE_NOUNS: Final = words_in("before-nouns")
_PASSIVE = re.compile(
    r"\b(?:is|are|be|been|being|gets?)\s+(?:(?:then|both|all|also|each|first|now)\s+){0,2}"
    rf"(?:\w+ly\s+)?([a-z]+(?:ed|en|wn)|{'|'.join(_IRREGULAR)})\b",
    re.IGNORECASE,
)
_NOUNS: Final = (
    (Kind.NOTIFICATION, r"notif|e-?mails?\b|\bslack|\bmessage to|\balert|\bteam\b"),
    (Kind.TUNING, r"hyper-?param|grid search|random search|tuning"),
    (Kind.SPLIT, r"train[\s-]test split|\bsplit\b"),
    (
        Kind.EVALUATION,
        r"\baccuracy|\bmetrics?\b|cross[\s-]valid|\bf1\b|\brmse|evaluation",
    ),
    (Kind.FEATURES, r"\bfeatures?\b|\bone-hot|\bembeddings?\b"),
    (Kind.TRAINING, r"\btraining\b"),
    (
        Kind.REPORT,
        r"\breports?\b|\bsummar|\bplots?\b|\bcharts?\b|\bdashboard|\bdisk\b|\bhtml\b",
    ),
    (Kind.DEPLOYMENT, r"\bproduction\b|\bdeployment|\blive\b"),
    (Kind.CLEANING, r"\bcleaning|\bcleaned\b"),
    (Kind.LOADING, r"\bsql\b|\bquery\b|\bapi\b"),
)


@lru_cache(maxsize=1)
def verbs() -> Mapping[str, tuple[str, Kind]]:
    """Return, by its folded form, each verb that is known and its kind."""
    found: dict[str, tuple[str, Kind]] = {}
    for kind in Kind:
        for word in sorted(words_in(kind)):
            found.setdefault(folded(word), (word, kind))
    return found


def verb_at_start(text: str) -> str:
    """Return the verb that a part of a sentence begins with; empty if it does not.

    >>> verb_at_start("and then it trains a model"), verb_at_start("the model")
    ('train', '')
    """
    words = _first_words(text)
    if not words:
        return ""
    known = verbs().get(folded(words[0].replace("-", "")))
    counted = re.search(
        rf"\b(?:each|every|one|two|three|four|step)\s+{words[0]}\b", text, re.I
    )
    return known[0] if known else "" if counted else _unknown_verb(words)


def verb_in(text: str) -> str:
    """Return the first verb of a part of a sentence, wherever it stands.

    >>> verb_in("step one returns a list"), verb_in("the visits are loaded")
    ('', 'load')
    """
    before = ""
    for word in _WORD.findall(text):
        low = word.lower()
        known = None if _is_agent(low) else verbs().get(folded(low.replace("-", "")))
        if known and low not in _SKIPPED and before not in _BEFORE_NOUNS:
            return known[0]
        before = low
    return ""


def _is_agent(word: str) -> bool:
    """Whether a word is what does something: a merger merges, but to filter is to do it."""
    known = verbs().get(folded(word))
    if known is None or not word.rstrip("s").endswith(("er", "or")):
        return False
    return word.rstrip("s") != known[0]


def passive_in(text: str) -> str:
    """Return the verb of what is said to be done; empty if that is not said.

    >>> passive_in("a ridge model and a lasso model are trained")
    'train'
    """
    for found in _PASSIVE.finditer(text):
        word = found[1].lower()
        if word in _IRREGULAR:
            return _IRREGULAR[word]
        known = verbs().get(folded(word))
        if known or (word.endswith("ed") and word not in _STATES):
            return known[0] if known else folded(word)
    return ""


def _first_words(text: str) -> list[str]:
    """Return the first word that says something, and the next two, in lower case."""
    words = [word.lower() for word in _WORD.findall(text)]
    for place, low in enumerate(words):
        if low not in _SKIPPED and not low.isdigit():
            return words[place : place + 3]
    return []


def _unknown_verb(words: list[str]) -> str:
    """Return a word that nobody has listed but that has an object: `shrink them`."""
    first, *after = words
    if not after or first in _FUNCTION or first in _OBJECTS:
        return ""
    if first in _AT_START and after[0].endswith("s") and after[0] not in _FUNCTION:
        return first
    if after[0] not in _OBJECTS and after[0] not in ("out", "up", "off", "away"):
        return ""
    if after[:2] == ["out", "of"]:
        return ""
    is_verb = (
        len(first) > 1 and not first.endswith("ly") and not re.match(r"zz\d", first)
    )
    return first if is_verb else ""


def kind_of(verb: str, text: str) -> Kind:
    """Return what a verb stands for, with what it is about.

    >>> kind_of("make", "make a report"), kind_of("train", "train a model")
    (<Kind.REPORT: 'report'>, <Kind.TRAINING: 'training'>)
    """
    kind = verbs()[folded(verb)][1] if folded(verb) in verbs() else Kind.CUSTOM
    low = text.lower()
    if verb == "validate" and "model" in low:
        return Kind.EVALUATION
    if verb in _VAGUE or kind is Kind.CUSTOM:
        for other, pattern in _NOUNS:
            if verb in _VAGUE and re.search(pattern, low):
                return other
    return kind


def form_of(text: str) -> str:
    """Return how the verb at the start of a part is put: `s`, `ing`, `ed` or `base`."""
    words = _first_words(text)
    if not words or not verb_at_start(text):
        return ""
    known = verbs().get(folded(words[0]))
    for ending in ("ing", "ed", "s"):
        if known and words[0].endswith(ending) and words[0] != known[0]:
            return ending
    return "base"


def has_object(text: str) -> bool:
    """Return whether a part is a verb and what it is about: `add them`, `add up`."""
    words = _first_words(text)
    return len(words) > 1 and (words[1] in _OBJECTS or words[1] in ("up", "a"))
