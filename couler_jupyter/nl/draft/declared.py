"""Wishes that declare a graph: `load feeds clean; train takes what clean returned`.

Here words name steps, and verbs such as `feeds`, `takes` and `depends on` are edges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from couler_jupyter.nl.draft.naming import short_image
from couler_jupyter.nl.draft.things import Prose, Sort
from couler_jupyter.nl.draft.vocabulary import words_in
from couler_jupyter.nl.lake.words import words_of

_FEEDS = re.compile(r"\b(?:feeds?|goes? (?:in)?to|leads? to|is followed by)\b", re.I)
_TAKES = re.compile(
    r"\b(?:takes?|uses?|consumes?|needs?|requires?|depend(?:s|ing)? on|waits? (?:for|until)|"
    r"gets?|reads?(?= (?:what|the outputs?|both))|"
    r"(?:(?:runs?|comes?|goes?|starts?) )?(?:only )?after|once|when|as soon as)\b",
    re.I,
)
_GIVES = re.compile(
    r"\b(?:returns?|outputs?(?= (?:a|an|the)\b)|has (?:the )?(?:two )?outputs?|gives?|"
    r"produces?|leaves?)\b",
    re.I,
)
_IS_FED = re.compile(
    r"(?<!\bthe )(?<!\ba )(?<!\bto )\bfeeds?\b(?! (?:is|are|was|of)\b)", re.I
)
_IS_TOLD = re.compile(
    r"(?:^|[,.;:]\s+|\n|\b(?:and|then|to)\s+)feed\b(?=[^,.;]* (?:in)?to\b)", re.I
)
_STRONG = re.compile(
    r"\bfeeds?\b|\btakes? (?:both|what|output|the|all|it|them|a |an |two|three)|"
    r"\btakes?\b|\bdepend(?:s|ing)? on\b",
    re.I,
)
_LISTED = re.compile(
    r"\b(?:steps?|tasks?|jobs?|nodes?|stages?)\b(?:\s+(?:named|called))?,?:?\s+"
    r"(?P<names>\S.*)",
    re.I,
)
_AGAIN = re.compile(
    r"^(?:\w+ ){0,3}?(?:both|it|them|they|these|those|all (?:three|two|four|of them)|"
    r"each)\b|\b(?:of|from) (?:both|all|each|them|these|those|it)\b|\bboth\b",
    re.I,
)
_USED = re.compile(r"\boutput \w+|\bstep \w+|\b(?:first|second|third) step\b", re.I)
_LETTER = re.compile(r"\b[B-HJ-Z]\d?\b|\bA\b(?!\s+[a-z]+(?<!s)\b)")
_PLACES: Final = {
    word: number
    for number, words in enumerate(
        (
            "1 one first",
            "2 two second",
            "3 three third",
            "4 four fourth",
            "5 five fifth",
        ),
        1,
    )
    for word in words.split()
}
_STEP = re.compile(
    r"\b(?:step|task|stage) (\w+)\b|\b(first|second|third|fourth|fifth) (?:step|task)",
    re.I,
)
_NOISE: Final = words_in("noise")
_AND = re.compile(r"\s*(?:,\s*(?:and\s+)?|\band\b|&)\s*")


@dataclass(slots=True)
class Declared:
    """A graph as it is declared.

    Attributes:
        prose: the wish.
        steps: what each is called, with the part of the wish that says so.
        edges: pairs of names, the first before the second.
    """

    prose: Prose
    steps: dict[str, str] = field(default_factory=dict[str, str])
    edges: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    _known: dict[str, str] = field(default_factory=dict[str, str])
    _last: tuple[str, ...] = ()

    def read(self, sentences: list[str]) -> None:
        """Read all of a wish."""
        for sentence in sentences:
            for clause in _clauses(sentence):
                self._clause(clause)

    def _clause(self, clause: str) -> None:
        if feeds := _FEEDS.search(clause):
            left = self._steps(clause[: feeds.start()])
            right = self._steps(clause[feeds.end() :])
            if re.match(r"\W*each\b", clause, re.IGNORECASE) and len(right) == 1:
                self._join_each(left, right[0])
                return
            self._join(left, right)
            self._last = right or left
        elif takes := _TAKES.search(clause):
            before, behind = clause[: takes.start()], clause[takes.end() :]
            if not before.strip(" ,"):
                behind, _, before = behind.partition(",")
            inner = re.search(r"\(([^)]*)\)|:(.*)$", behind)
            letters = bool(re.search(r"\b[A-Z]\b", behind))
            left = self._steps(
                (inner[1] or inner[2]) if inner else _without_extras(before)
            )
            behind = behind.partition(":")[0]
            right = self._steps(behind, new=letters)
            self._join(right or self._last, left)
            self._last = left or self._last
            self._name_outputs(behind, left)
        elif _GIVES.search(clause):
            gives = _GIVES.search(clause)
            left = self._steps(clause[: gives.start()] if gives else clause)
            self._name_outputs(clause, left)
            self._last = left or self._last
        else:
            self._mention(clause)

    def _mention(self, clause: str) -> None:
        """Take a clause without such a verb: a list of steps, or what one of them does."""
        said = self.prose.said(clause)
        if _STEP.match(said):
            step = self._step(clause, new=True)
            others = [one[0] for one in _USED.finditer(said[6:])]
            used = [self._step(one, new=False) for one in others]
            self._join(tuple(one for one in used if one), (step,))
            self._last = (step,)
            return
        images = [
            short_image(one.text)
            for one in self.prose.things_in(clause)
            if one.sort is Sort.IMAGE
        ]
        listed = _LISTED.search(clause)
        if self.steps and not listed and not re.search(r"\bsteps?\b|zz\d+zz", clause):
            return
        text = ", ".join(images) if len(images) > 1 else clause
        found = self._steps(listed["names"] if listed and len(images) < 2 else text)
        self._last = found or self._last

    def _name_outputs(self, clause: str, steps: tuple[str, ...]) -> None:
        gives = _GIVES.search(clause)
        if gives is None or len(steps) != 1:
            return
        for word in words_of(self.prose.said(clause[gives.end() :])):
            if word not in _FOLDED_NOISE:
                self._known.setdefault(word, steps[0])

    def _join(self, before: tuple[str, ...], after: tuple[str, ...]) -> None:
        pairs = [(one, other) for one in before for other in after if one != other]
        self.edges += [pair for pair in pairs if pair not in self.edges]

    def _join_each(self, before: tuple[str, ...], after: str) -> None:
        """Give each of some steps one of its own."""
        said = self.steps.pop(after)
        made = [f"{after}-{one}" for one in before]
        for one, own in zip(before, made, strict=True):
            self.steps[own] = said
            self.edges.append((one, own))
        self._last = tuple(made)

    def _steps(self, text: str, *, new: bool = True) -> tuple[str, ...]:
        """Return the steps that a part of a clause speaks of."""
        if inner := re.search(r"\(([^)]*)\)", text):
            text = inner[1] if new else text.replace(inner[0], "")
        found: dict[str, None] = {}
        for part in _AND.split(text):
            if not part.strip():
                continue
            again = _AGAIN.search(part)
            if again:
                found |= dict.fromkeys(self._last)
                continue
            step = self._step(part, new=new)
            if step:
                found[step] = None
        return tuple(found)

    def _step(self, part: str, *, new: bool) -> str:
        said = self.prose.said(part)
        if numbered := _STEP.search(said):
            number = _PLACES.get((numbered[1] or numbered[2]).lower())
            if number:
                name = f"step-{number}"
                self.steps.setdefault(name, said)
                return name
        if exact := re.search(r"\b[a-z]+(?:_[a-z0-9]+)+\b", said):
            if new:
                self.steps.setdefault(exact[0], said)
            return exact[0] if exact[0] in self.steps else ""
        image = self.prose.first(part, Sort.IMAGE) or (part if ":" in part else "")
        words = _words(said.replace(image, short_image(image)) if image else said)
        for word in words:
            if word in self._known:
                return self._known[word]
        if not new or not words:
            return ""
        plain = short_image(image) or _plain(said)
        if not plain:
            return ""
        self.steps[plain] = said
        for word in words:
            self._known.setdefault(word, plain)
        return plain


def declares(prose: Prose) -> bool:
    """Return whether a wish declares a graph, rather than telling what is done."""
    text = _IS_TOLD.sub("", prose.text)
    images = sum(one.sort is Sort.IMAGE for one in prose.things)
    feeds = len(_IS_FED.findall(text))
    waits = len(
        re.findall(r"\b(?:runs?|comes?|starts?|goes?) (?:only )?after \w+", text)
    )
    if waits > 1:
        return True
    letters = {*re.findall(r"\b([A-Z])\b(?!['’])", text)} - {"I"}
    waits = len(
        re.findall(r"[A-Z] (?:\w+ )?after [A-Z]\b|[A-Z] depends? on [A-Z]\b", text)
    )
    if len(letters) > 1 and not waits:
        return False
    numbered = len({*re.findall(r"\bstep (?:\d|one|two|three)\b", text.lower())})
    strong = len(_STRONG.findall(text))
    several = numbered > 1 or images > 1
    return feeds > 0 or strong > 1 or waits > 1 or (several and strong > 0)


def declared(prose: Prose, sentences: list[str]) -> Declared:
    """Return the graph that a wish declares."""
    reading = Declared(prose)
    reading.read(sentences)
    return reading


def _clauses(sentence: str) -> Iterator[str]:
    plain = re.sub(r",? which [^,;]*", "", sentence)
    plain = re.sub(
        r"\s+(?:(?:have|has|are|is)\s+)?(?:both\s+)?(?:ended|finished|done|over|through)\b",
        "",
        plain,
    )
    _, colon, rest = plain.partition(":")
    if colon and (_FEEDS.search(rest) or _TAKES.search(rest)):
        plain = rest
    parts = re.split(r"(;|,\s*(?:and\s+)?|\s+and\s+)", plain)
    clause = parts[0]
    for glue, part in zip(parts[1::2], parts[2::2], strict=True):
        if _is_relation(part) and (_is_relation(clause) or glue == ";"):
            yield clause.strip(" ,")
            clause = part
        else:
            clause += glue + part
    yield clause.strip(" ,")


def _is_relation(text: str) -> bool:
    return bool(_FEEDS.search(text) or _TAKES.search(text))


def _without_extras(text: str) -> str:
    """Return the subject of a clause: `a join step that` is `a join step`."""
    ends = r"\b(?:that|which|is|are|has to|have to|it|both|each|then)\s*$"
    return re.sub(ends, "", re.sub(ends, "", text.strip()).strip())


def _words(text: str) -> list[str]:
    if re.fullmatch(r"[A-Z]\d?", text.strip()):
        return [text.strip()]
    spoken = re.sub(r"\b[A-Z]\d?\b", lambda found: f" {found[0]} ", text)
    single = [one for one in _LETTER.findall(spoken) if one != "I"]
    return [*single, *(word for word in words_of(text) if word not in _FOLDED_NOISE)]


def _plain(text: str) -> str:
    """Return what a step is called after."""
    words = [
        word
        for word in re.findall(r"[A-Za-z]\w*", text)
        if words_of(word) and words_of(word)[0] not in _FOLDED_NOISE
    ]
    single = [one for one in _LETTER.findall(text) if one != "I"]
    return single[0] if single else "-".join(words[:3]).lower()


_FOLDED_NOISE: Final = frozenset(
    fold for word in _NOISE for fold in (word, *words_of(word))
)
