"""Lists in prose: algorithms side by side, items that something is done for, names."""

from __future__ import annotations

import re
from typing import Final

from couler_jupyter.nl.draft.plan import Item
from couler_jupyter.nl.draft.things import Prose, Sort

_BETWEEN = re.compile(
    r"\s*(?:,\s*(?:and|or|then)?\s+|,|\band\b|\bor\b|\bversus\b|\bvs\b|&|\bplus\b)\s*"
)
_OBJECT_ENDS = re.compile(
    r"\b(?:in parallel|at the same time|simultaneously|concurrently|side by side|at once|"
    r"out of|on|with|from|using|by|for|into|to|over|each|all|both|as|when|where)\b.*$",
    re.IGNORECASE,
)
_ALGORITHM: Final = re.compile(
    r"\b(?:(?:random |decision |extra )?(?:forests?|trees?)|svms?|svcs?|support vector\w*|"
    r"logistic(?: regression)?|linear (?:regression|model)|ridge|lasso|xgb(?:oost)?|"
    r"light ?gbm|lgbm|catboost|(?:gradient )?boost(?:ing|ed)\w*|k-?nn|k-?nearest\w*|"
    r"nearest neighbou?rs?|naive bayes|neural net\w*|mlps?|perceptron|cnn|lstm|k-?means|"
    r"transformer|bert|elastic ?net|adaboost|gaussian process)\b",
    re.IGNORECASE,
)
_COUNTS: Final = {
    one: number
    for number, words in enumerate(
        ("two both couple pair", "three", "four", "five", "six", "seven", "eight"), 2
    )
    for one in words.split()
}
_COUNTED = re.compile(
    rf"\b({'|'.join(_COUNTS)}|[2-9])\s+(?:\w+\s+){{0,2}}?"
    r"(models?|classifiers?|algorithms?|regressors?|estimators?|learners?|candidates?)\b",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"\b(?:from\s+|numbers?\s+|between\s+)?(\d{1,6})\s*(?:to|-|–|\.\.|through|until)\s*"
    r"(\d{1,6})\b"
)
_PLAIN_ALGORITHMS: Final = (
    "logistic regression",
    "random forest",
    "support vector machine",
    "gradient boosting",
    "decision tree",
    "nearest neighbours",
    "naive bayes",
    "ridge",
)
_FOR_EACH = re.compile(
    r"\b(?:(?:(?:for|over|of|to|on|in|with|by|from)\s+)?(?:each|every)"
    r"(?! (?:as|in|from|on|with|at|by|of which|other|"
    r"day|night|week|hour|month|minute|morning|evening|\d+)\b)|"
    r"(?:for|over)\s+all|all(?= of (?:the|these|those|my|our)\b))\b"
    r"(?:\s+(?:one|single))?(?:\s+(?:of|in|among))?(?:\s+(?:the|these|those|my|our))?",
    re.IGNORECASE,
)
_MOST_ITEMS = 50


def algorithms_in(text: str) -> tuple[str, ...]:
    """Return the algorithms that are named, or as many as are counted.

    >>> algorithms_in("train a forest and an SVM"), algorithms_in("train two models")
    (('forest', 'svm'), ('logistic regression', 'random forest'))
    """
    named = dict.fromkeys(found[0].lower() for found in _ALGORITHM.finditer(text))
    if len(named) > 1:
        return tuple(named)
    counted = _COUNTED.search(text)
    if counted is None:
        return tuple(named)
    word = counted[1].lower()
    return _PLAIN_ALGORITHMS[: _COUNTS.get(word) or int(word)]


def conjuncts_of(text: str, verb_word: str) -> tuple[str, ...]:
    """Return the objects of a verb that stand side by side, without articles."""
    rest = text.partition(verb_word)[2] if verb_word else text
    rest = _OBJECT_ENDS.sub("", rest)
    parts = [part.strip(" ,.") for part in _BETWEEN.split(rest)]
    plain = [re.sub(r"^(?:a|an|the|one|my|our)\s+", "", part) for part in parts if part]
    return tuple(dict.fromkeys(one for one in plain if not re.fullmatch(r"\w+ed", one)))


def items_in(text: str, prose: Prose) -> tuple[Item, ...]:
    """Return the items of a list that a part of the text names; empty for none.

    >>> from couler_jupyter.nl.draft.things import prose_of
    >>> items_in("for each of Rome, Oslo and Paris,", prose_of(""))
    ('Rome', 'Oslo', 'Paris')
    """
    if (found := _RANGE.search(text)) and int(found[1]) < int(found[2]):
        many = range(int(found[1]), int(found[2]) + 1)
        return tuple(many) if len(many) <= _MOST_ITEMS else ()
    best: tuple[Item, ...] = ()
    for run in _runs(text):
        items = tuple(_item(one, prose) for one in run)
        if len(items) > len(best):
            best = items
    return best


_LIMIT = re.compile(
    rf"[,(]?\s*(?:but |so |and |with )?(?:(?:never|no|not) more than|at most|up to|a (?:maximum|"
    rf"parallelism|limit) of|parallelism) (\d+|{'|'.join(_COUNTS)})(?: of them| jobs| steps)?"
    r"(?: (?:at|in) (?:the same time|once|a time|parallel)|(?<=of \d)|(?<=of \d\d))\)?",
    re.IGNORECASE,
)
_PARAMETER = re.compile(
    r"\bparameters? (?:called |named )?(zz\d+zz|[a-z_]\w*)|\blist (?:called|named) (zz\d+zz|\w+)",
    re.IGNORECASE,
)


def without_limit(text: str) -> tuple[str, int]:
    """Return a text without how many may be done at once, and that number.

    >>> without_limit("fetch every url (at most 5 at once)")
    ('fetch every url', 5)
    """
    found = _LIMIT.search(text)
    if found is None:
        return text, 0
    word = found[1].lower()
    rest = text[: found.start()].rstrip() + text[found.end() :]
    return rest, _COUNTS.get(word) or int(word)


def list_parameter(prose: Prose) -> str:
    """Return the name of a parameter that is a list; empty for none."""
    found = _PARAMETER.search(prose.text)
    if found is None or not re.search(
        r"\b(?:list|each|every|all|maps?)\b", prose.text, re.I
    ):
        return ""
    name = prose.said(found[1] or found[2])
    return name if re.fullmatch(r"[A-Za-z]\w*", name) else ""


def range_in(text: str) -> re.Match[str] | None:
    """Return where a part speaks of numbers from one to another."""
    return _RANGE.search(text)


def each_in(text: str) -> re.Match[str] | None:
    """Return where a part says that something is done for each of several."""
    return _FOR_EACH.search(text)


_ATOM = r"(?:zz\d+zz|-?\d+(?:\.\d+)?|[A-Z][\w-]*|[a-z][\w-]*)"
_LIST = re.compile(
    rf"{_ATOM}(?:\s*,\s*{_ATOM})*\s*(?:,\s*)?(?:\band\b|\bor\b|&)\s*{_ATOM}|"
    rf"{_ATOM}(?:\s*,\s*{_ATOM}){{2,}}"
)


_COUNT_BEFORE = re.compile(rf"\b(?:{'|'.join(_COUNTS)}|[2-9])\s+$", re.IGNORECASE)
"""What stands before the word that a list is of: `three regions, north, south and east`."""


def _runs(text: str) -> list[list[str]]:
    found: list[list[str]] = []
    for run in _LIST.finditer(text):
        items = [one for one in _BETWEEN.split(run[0]) if one]
        counts = _COUNT_BEFORE.search(text[: run.start()])
        found.append(items[1:] if counts and len(items) > 2 else items)
    return found


def _item(text: str, prose: Prose) -> Item:
    plain = prose.said(text)
    if re.fullmatch(r"-?\d+", plain):
        return int(plain)
    if re.fullmatch(r"-?\d+\.\d+", plain):
        return float(plain)
    return plain


def names_in(text: str, prose: Prose, known: frozenset[str]) -> tuple[str, ...]:
    """Return the names of steps that a part mentions, in their order."""
    found: dict[str, None] = {}
    for one in re.findall(r"zz\d+zz|\b[A-Za-z][\w-]*\b", text):
        name = prose.said(one)
        if name in known:
            found[name] = None
    return tuple(found)


def step_names(prose: Prose) -> frozenset[str]:
    """Return what the wish calls its steps: single capitals, or words in quotes.

    Quoted words are names where several of them stand for steps, not for values.
    """
    letters = {*re.findall(r"(?<!/)\b([A-Z])\b(?!['’/])", prose.text)} - {"I"}
    numbered = {*re.findall(r"\b[a-z]\d\b", prose.text)}
    if len(numbered) > 2 and len({one[0] for one in numbered}) == 1:
        return frozenset(numbered)
    if {"A", "B"} <= letters or len(letters) > 2:
        return frozenset(letters)
    quoted = [
        thing.text
        for thing in prose.things
        if thing.sort in (Sort.CODE, Sort.QUOTED)
        and re.fullmatch(r"[A-Za-z][\w-]*", thing.text)
    ]
    named = re.search(
        r"\b(?:steps?|tasks?|jobs?|stages?)\s*:?\s+(?:called |named )?zz\d+zz",
        prose.text,
    )
    return frozenset(quoted) if len(quoted) > 1 and named else frozenset()
