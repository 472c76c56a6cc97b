"""A wish taken apart where something else begins to be done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from couler_jupyter.nl.draft.verbs import (
    form_of,
    has_object,
    passive_in,
    verb_at_start,
    verb_in,
)

PARALLEL: Final = re.compile(
    r"\b(?:in parallel|parallelly|at (?:the same|one) time|simultaneously|concurrently|"
    r"side by side|at once|"
    r"independently(?: (?:of|from) (?:that|it|this|these|each other|one another))?|"
    r"separately|meanwhile|in the meantime|alongside|"
    r"each in (?:a|its|their)(?: own)? (?:step|container)(?: of (?:its|their) own)?|"
    r"both run|next to each other|parallel (?:steps|branches|jobs|tasks))\b",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"(?:[,;]\s*)?(?:\b(?:and|but)\s+)?\b(?:(?:and )?only then|then|after that|after this|"
    r"after which|afterwards?|next|finally|lastly|at the (?:very )?end|in the end|"
    r"at last|as a last step|subsequently|thereafter|followed by|(?<=[\w,] )before)\b[,:]?\s*|"
    r"\s*(?:-{1,2}>|→|=>|>>|➔|➜)\s*",
    re.IGNORECASE,
)
_JOINED = re.compile(
    r"^(?:and\s+)?(?:once|when|as soon as|after)\s+(?:that|this|it|both|all|everything|"
    r"they|these|those|the (?:two|three|four)|each)\b[^,]*?(?:,|\b(?:done|finished|ready|"
    r"completed?|over|ended|in)\b,?)\s*",
    re.IGNORECASE,
)
_JOINED_LAST = re.compile(
    r"[,\s]+(?:only )?(?:when|once|after|as soon as)\s+(?:we have\b.*|(?:all|both|these|those|"
    r"they|the (?=two|three|four)) ?(?:of )?(?:two|three|four|them|these|those|others?)?\b.*)$",
    re.IGNORECASE,
)
_ENDED = re.compile(
    r"[,\s]+(?:only )?(?:when|once|after|as soon as)\b[^,;]*\b(?:ended|finished|done|through|"
    r"completed?|ready)$",
    re.IGNORECASE,
)
_FIRST = re.compile(
    r"^(?P<late>before)\s+(?P<b>[^,]+),\s*(?P<a>.+)$|"
    r"^(?:after|once|when|as soon as|having)\s+(?P<c>[^,]+),\s*(?P<d>.+)$",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"^(?P<b>.+?),?\s+(?:but )?(?:only )?(?:(?:after|once) (?:having )?"
    r"(?P<a>[a-z]+ing\b.+)|"
    r"(?:after|once|as soon as|when) (?P<c>(?:it|they|these|those|the \w+) (?:is|are|was|were|"
    r"has been|have been|get|gets) [a-z]+))$",
    re.IGNORECASE,
)
_PREAMBLE = re.compile(
    r"^.*?\b(?:workflow|pipeline|dag|job|process|flow|cell)\b(?:\s+(?:named|called)\s+\S+)?"
    r"(?:\s+with\s+(?:two|three|four|five|six|\d)?\s*(?:steps?|stages?|tasks?))?"
    r"\s*,?\s*(?:\b(?:that|which|to|where|in which|should|for)\b|:|,)\s*",
    re.IGNORECASE,
)
_ONE_BY_ONE = re.compile(
    r"\b(?:in a row|one after (?:another|the other)|in (?:this )?order|in sequence|"
    r"sequentially|step by step)\b",
    re.IGNORECASE,
)
_SOFT = re.compile(
    r"(,\s*(?:and|or|but|plus)?\s+|\s+and\s+(?:also\s+)?|\s+while\s+|\s+plus\s+|\s*&\s*)",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:\(?\d+[.)]|[-*•–])\s+", re.MULTILINE)
_NUMBERED = re.compile(r"(?<![^\s:,;.])\(?([1-9])[.)]\s+(?=[A-Za-z])")
_SENTENCE = re.compile(r"[.!?;\n]+(?:\s+|$)|\n+")
_LONGEST_NOUN = 7
_EACH = re.compile(
    r"^(?:and\s+)?for (?:each|every|all)\b|^for [\w-]+(?:, [\w-]+)*,? and [\w-]+\b|\beach\b.*:",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a sentence in which one thing is done.

    Attributes:
        text: with marks for things.
        verb: what is done; empty where it has none.
        glue: what stands before it in its segment; empty for the first.
        joins: whether it waits, as it says, for several that came before.
    """

    text: str
    verb: str
    glue: str = ""
    joins: bool = False


@dataclass(slots=True)
class Segment:
    """What stands between two words such as `then`.

    Attributes:
        chunks: its parts.
        text: all of it.
        sentence: number of its sentence.
        lead: what stood before a colon.
        later: whether it stands behind a word such as `then`.
        serial: whether it says that one thing comes after the other.
        early: whether it only says after what the next one comes, as `after loading it`.
    """

    text: str
    sentence: int
    chunks: list[Chunk] = field(default_factory=list[Chunk])
    lead: str = ""
    later: bool = False
    serial: bool = False
    early: bool = False


_CONTEXT = re.compile(
    r"^(?:(?:i|we) (?:have|own)\b|(?:i|we) will (?:give|start|say)\b|there (?:is|are)\b|"
    r"when (?:i|we) (?:start|run)\b|(?:our|my|this|that|it) (?:[\w-]+ ){0,3}(?:is|are|looks?)\b|"
    r"(?:an?|the) (?:\w+ ){1,4}(?:is|are) (?:an?|the|given)\b|"
    r"(?:i|we) (?:want|need|will like) to (?:know|be able)\b)(?!.*\bthat (?:\w+s)\b)",
    re.IGNORECASE,
)


def is_context(sentence: str) -> bool:
    """Return whether a sentence tells how things are, and not what is to be done.

    >>> is_context("We have three shops"), is_context("We load the shops")
    (True, False)
    """
    return bool(_CONTEXT.match(sentence)) and not passive_in(sentence)


def sentences_of(text: str) -> Iterator[str]:
    """Yield sentences and lines of a list."""
    plain = re.sub(
        r"\b(?:e\.g|i\.e|vs|etc|approx)\.", lambda found: found[0][:-1], text
    )
    plain = _one_a_line(re.sub(r"(?<=\d),(?=\d{3}\b)", "", plain))
    plain = re.sub(r"\s+[-–—]{1,2}\s+", ", ", _BULLET.sub("\n", plain))
    plain = re.sub(
        r"([.;])\s*((?:otherwise|else|if not)\b)", r", \2", plain, flags=re.I
    )
    for one in _SENTENCE.split(plain):
        if one.strip(" ,"):
            yield " ".join(one.split()).strip(" ,")


def _one_a_line(text: str) -> str:
    """Put each part of a numbered list on a line of its own: `1) load 2) clean`."""
    numbers = [int(found[1]) for found in _NUMBERED.finditer(text)]
    if len(numbers) < 2 or numbers != [*range(1, len(numbers) + 1)]:
        return text
    return _NUMBERED.sub("\n", text)


def segments_of(sentence: str, number: int) -> list[Segment]:
    """Return a sentence in the order in which it is done."""
    lead, rest = _without_lead(sentence)
    found: list[Segment] = []
    later = _THEN.match(rest) is not None
    for place, (part, early) in enumerate(_ordered(rest)):
        start = _JOINED.match(part)
        end = _JOINED_LAST.search(part) or _ENDED.search(part)
        plain = _ENDED.sub("", _JOINED_LAST.sub("", _JOINED.sub("", part)))
        segment = Segment(
            plain, number, lead=lead, later=later or place > 0, early=early
        )
        segment.serial = bool(_ONE_BY_ONE.search(f"{lead} {part}"))
        chunks = list(_chunks(plain)) if plain.strip() else []
        if start and chunks:
            chunks[0] = replace(chunks[0], joins=True)
        if end and chunks:
            chunks[-1] = replace(chunks[-1], joins=True)
        segment.chunks = chunks
        found.append(segment)
    return found


def _without_lead(sentence: str) -> tuple[str, str]:
    """Return what only leads up to what is done, and the rest."""
    preamble = _PREAMBLE.match(sentence)
    lead = ""
    if (
        preamble
        and not _strong(verb_in(preamble[0]))
        and preamble.end() < len(sentence)
    ):
        lead, sentence = preamble[0], sentence[preamble.end() :]
    before, colon, after = sentence.partition(":")
    if colon and after.strip() and not _EACH.search(sentence):
        told = re.search(r"\b(?:steps?|stages?|tasks?)\b", before)
        if PARALLEL.search(before) and passive_in(after):
            return f"{lead} {before}", after.strip()
        if verb_at_start(after) and (told or not _strong(verb_at_start(before))):
            return f"{lead} {before}", after.strip()
        if not verb_at_start(after):
            return lead, f"{before} {after.strip()}"
        return lead, f"{before}, {after.strip()}"
    return lead, sentence


def _strong(verb: str) -> bool:
    return verb not in {
        "",
        "make",
        "create",
        "run",
        "do",
        "build",
        "write",
        "set",
        "start",
    }


def _ordered(text: str) -> Iterator[tuple[str, bool]]:
    """Yield parts in the order of what they do, and whether that is only said to come first."""
    for one in _THEN.split(text):
        part = one.strip(" ,")
        if not _JOINED.match(part) and (first := _FIRST.match(part)):
            pair = (
                (first["a"], first["b"]) if first["late"] else (first["c"], first["d"])
            )
            early = first["b"] or first["c"]
            if verb_at_start(early) or passive_in(early):
                yield pair[0].strip(" ,"), not first["late"]
                yield pair[1].strip(" ,"), False
                continue
        if later := _LATER.match(part):
            early = later["a"] or later["c"]
            if verb_at_start(early) if later["a"] else passive_in(early):
                yield early, True
                yield later["b"], False
                continue
        if part.strip(" ,"):
            yield part, False


def _chunks(segment: str) -> Iterator[Chunk]:
    parts = _SOFT.split(segment)
    if is_noun_list(segment):
        yield Chunk(segment, "")
        return
    pieces = [
        _Piece(parts[place], parts[place - 1] if place else "")
        for place in range(0, len(parts), 2)
        if parts[place].strip()
    ]
    groups: list[list[_Piece]] = []
    form, done = "", False
    for piece in pieces:
        begins = piece.begins(form, done) and bool(groups) and _is_whole(groups[-1])
        if not groups:
            groups.append([piece])
        elif begins:
            groups.append([*_subject(groups[-1], piece), piece])
        else:
            groups[-1].append(piece)
        own = form_of(piece.text)
        form, done = form or own, done or bool(piece.passive) or own == "ed"
    for group in groups:
        text = "".join(
            (one.glue if n else "") + one.text for n, one in enumerate(group)
        )
        verb = next((one.verb for one in group if one.verb), "")
        yield Chunk(text, verb, group[0].glue)


def _is_whole(group: list[_Piece]) -> bool:
    """Whether something is done in some pieces, or they name what is side by side."""
    if any(one.verb for one in group):
        return True
    return len(group) > 1 and bool(PARALLEL.match(group[0].text.strip(" ,")))


@dataclass(slots=True)
class _Piece:
    """What stands between two commas or `and`s."""

    text: str
    glue: str
    verb: str = ""
    passive: str = ""

    def __post_init__(self) -> None:
        start = verb_at_start(self.text)
        self.passive = "" if start else passive_in(self.text)
        self.verb = start or self.passive or verb_in(self.text)

    def begins(self, form: str, done: bool) -> bool:
        """Whether something else is done from here on; `done`: by the passive."""
        if self.passive:
            return True
        own = form_of(self.text)
        if own == "ed" and not done:
            return False
        return bool(own) and (
            own == (form or own) or (own == "base" and has_object(self.text))
        )


def _subject(earlier: list[_Piece], piece: _Piece) -> list[_Piece]:
    """Take away from what came before what is the subject of a passive, and return it."""
    taken: list[_Piece] = []
    glue = piece.glue
    while piece.passive and earlier[1:] and not earlier[-1].verb and "and" in glue:
        taken.insert(0, earlier.pop())
        glue = taken[0].glue
    return taken


def _is_verb(part: str, first: str) -> bool:
    """Whether a part of a list is a verb as the first one is, or has an object."""
    own = form_of(part)
    return bool(own) and (
        has_object(part)
        or own == form_of(first)
        or not (form_of(first) or own == "ing")
    )


def is_noun_list(text: str) -> bool:
    """Return whether a part names things side by side, and says not what is done.

    >>> is_noun_list("text and images"), is_noun_list("train a model")
    (True, False)
    """
    text = re.sub(r"^\W+", "", PARALLEL.sub("", text))
    parts = [one for one in _SOFT.split(text)[::2] if one.strip()]
    if (
        len(parts) < 2
        or passive_in(text)
        or any(_is_verb(one, parts[0]) for one in parts[1:])
    ):
        return False
    if verb_at_start(parts[0]) and " " in parts[0].strip():
        return False
    short = all(len(one.split()) <= _LONGEST_NOUN for one in parts)
    named = " " not in parts[0].strip() or not verb_in(parts[0])
    return short and named and not re.match(r"(?:for|in|i|we)\b", text, re.I)
