"""From prose to a plan: what is done, and what waits for what."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from couler_jupyter.nl.draft.chunks import (
    PARALLEL,
    Chunk,
    Segment,
    is_context,
    is_noun_list,
    segments_of,
    sentences_of,
)
from couler_jupyter.nl.draft.clock import without_schedule
from couler_jupyter.nl.draft.declared import declared, declares
from couler_jupyter.nl.draft.declared_plan import in_order, plan_declared
from couler_jupyter.nl.draft.ending import with_exits
from couler_jupyter.nl.draft.grouping import (
    LONGEST_NAME,
    PUTS_TOGETHER,
    groups_of,
    objects_of,
)
from couler_jupyter.nl.draft.lists import (
    algorithms_in,
    conjuncts_of,
    each_in,
    items_in,
    list_parameter,
    range_in,
    step_names,
    without_limit,
)
from couler_jupyter.nl.draft.named_steps import NamedSteps
from couler_jupyter.nl.draft.naming import short_image, slug
from couler_jupyter.nl.draft.plan import Activity, Item, Loop, Plan
from couler_jupyter.nl.draft.programs import only_image, program_in, programs_in
from couler_jupyter.nl.draft.things import Prose, Sort, prose_of
from couler_jupyter.nl.draft.verbs import kind_of
from couler_jupyter.nl.draft.vocabulary import words_in
from couler_jupyter.nl.draft.wording import plain_wording
from couler_jupyter.nl.modules import Kind

_REDUCES: Final = words_in("reduces")
_BOTH = re.compile(
    r"\b(?:both|these two|the two|all (?:three|four)|two of them)\b", re.I
)
_MOST_OBJECTS = 6
_TOGETHER = re.compile(
    r"\btogether\b|\binto one\b|\b(?:of )?everything\b|"
    r"\bthe lot\b|\bthe (?:results|outcomes|outputs)\b|"
    r"\ball (?:the|of|results|outputs|answers|values|parts)\b|"
    r"\btheir (?:sum|mean|average|total|maximum|minimum)\b",
    re.IGNORECASE,
)
_OF_THOSE = re.compile(
    r"\b(?:both|each|them|the (?:two|three|four)|all(?: (?:two|three|four))?)\b",
    re.IGNORECASE,
)
_ALL_OF_THOSE = re.compile(
    r"\ball of (?:them|these|those)\b|\bthem all\b|\ball (?:the )?(?!of\b|three|four)[\w-]+s\b",
    re.IGNORECASE,
)
_WIDE = re.compile(
    r"^\W*(?:(?:and|then|in|with|on|from|over|so) )?(?:for|each|every|all)\b", re.I
)
"""A map is over all that a sentence says if it begins so, otherwise over that one part."""
_OF_IT = re.compile(r"\b(?:it|its|each|every|that|the result)\b", re.IGNORECASE)
_IS = re.compile(r"\b(?:is|are)\b", re.IGNORECASE)
_WITH = re.compile(r"\b(?:with|of|from|on|about|for)\b", re.IGNORECASE)
_FOR_LIST = re.compile(
    r"\bfor \w+ (?:in|from|between)\b|"
    r"^\W*(?:then )?for (?!all\b)[\w-]+(?:, (?:for )?[\w-]+)*,? and (?:for )?[\w-]+",
    re.IGNORECASE,
)
_JOINING: Final = frozenset({Kind.COMPARISON, Kind.SELECTION, Kind.SPLIT})
_SCORED = re.compile(
    r"\b(?:them|each|every|both|all|the (?:two|three|four)|models?|classifiers?)\b",
    re.IGNORECASE,
)
_NAMED_SORTS: Final = (Sort.FILE, Sort.URL, Sort.SQL)


@dataclass(slots=True)
class Planning:
    """A plan as it grows.

    Attributes:
        prose: the wish.
        chunks: all parts of the wish in which something is done.
        done: activities so far.
        loops: maps so far.
        ends: names that what comes next waits for.
        items: of a list that was named without saying what is done with it.
        parameter: a list that a run is given; empty for none.
        limit: how many items at once at the most; 0 for no limit.
    """

    prose: Prose
    chunks: list[Chunk] = field(default_factory=list[Chunk])
    done: list[Activity] = field(default_factory=list[Activity])
    loops: list[Loop] = field(default_factory=list[Loop])
    ends: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    parameter: str = ""
    limit: int = 0
    _inside: str = ""
    _inner: tuple[str, ...] = ()
    _narrow: bool = False
    _sentence: int = -1

    def take(self, segment: Segment) -> None:
        """Add what a segment says is done."""
        if segment.sentence != self._sentence:
            self._leave()
        self._sentence = segment.sentence
        if self._narrow and segment.later and not _OF_IT.search(segment.text):
            self._leave()
        if is_context(segment.text) or not any(one.verb for one in segment.chunks):
            self.items = self.items or items_in(segment.text, self.prose)
        if is_context(segment.text) and not each_in(segment.text):
            return
        chunks = [one for one in segment.chunks if self._says_something(one, segment)]
        for group in groups_of(chunks, segment, first=not self.done):
            self._together(group, segment)

    def _says_something(self, chunk: Chunk, segment: Segment) -> bool:
        if segment.early and chunk.verb in {one.verb for one in self.done}:
            return False
        if chunk.verb or program_in(chunk.text, self.prose) is not None:
            return True
        if PARALLEL.match(chunk.text.strip(" ,")) and is_noun_list(chunk.text):
            return bool(self.done)
        if not chunk.joins and _IS.search(chunk.text):
            return False
        short = len(_WITH.split(chunk.text)[0].split()) <= LONGEST_NAME
        behind = segment.later or chunk.joins
        alone = len(segment.chunks) == 1 and behind and bool(self.done)
        return alone and (short or is_noun_list(chunk.text))

    def _together(self, group: list[Chunk], segment: Segment) -> None:
        before, ends = self._front(), list[str]()
        for chunk in group:
            if len(group) > 1:
                self._set_front(before)
            self._one(chunk, segment)
            ends += self._front()
        self._set_front(tuple(dict.fromkeys(ends)))

    def _one(self, chunk: Chunk, segment: Segment) -> None:
        kind = kind_of(chunk.verb, self.prose.said(chunk.text))
        joins = (
            chunk.verb in _REDUCES or kind in _JOINING or _TOGETHER.search(chunk.text)
        )
        apart = self._narrow and bool(chunk.glue) and not _OF_IT.search(chunk.text)
        if self._inside and (joins or apart):
            self._leave()
        each = self._each(chunk) or _FOR_LIST.search(chunk.text)
        if not each and PARALLEL.search(chunk.text):
            each = range_in(chunk.text) or self._all_of_those(chunk)
        if each and not self._inside and self._map(chunk, kind):
            return
        front = self._front()
        if len(front) > 1 and self._is_for_each(chunk, kind, each is not None):
            made = tuple(
                self._add(chunk, kind, (one,), about=self._about(one)) for one in front
            )
            self._set_front(made)
            return
        self._side_by_side(chunk, kind, segment)

    def _each(self, chunk: Chunk) -> re.Match[str] | None:
        """Return where a part is for each of several; what a map gave is one thing."""
        each = each_in(chunk.text)
        mapped = self._front() == tuple(one.name for one in self.loops[-1:])
        return None if mapped and _ALL_OF_THOSE.search(chunk.text) else each

    def _all_of_those(self, chunk: Chunk) -> re.Match[str] | None:
        """Return where all that one step gave is spoken of: `poll all of them`."""
        return _ALL_OF_THOSE.search(chunk.text) if len(self._front()) == 1 else None

    def _side_by_side(self, chunk: Chunk, kind: Kind, segment: Segment) -> None:
        if programs := programs_in(chunk.text, self.prose):
            self._run(chunk, programs, segment)
            return
        abouts = self._abouts(chunk, kind, segment)
        front = self._front()
        if kind in _JOINING and len(abouts) > 1:
            if not any(one.kind is Kind.TRAINING for one in self.done):
                made = [self._train(about, front) for about in abouts]
                self._set_front(tuple(made))
            abouts, front = (), self._front()
        made = [self._add(chunk, kind, front, about=one) for one in abouts or ("",)]
        self._set_front(tuple(made))

    def _run(
        self, chunk: Chunk, programs: tuple[tuple[str, str], ...], segment: Segment
    ) -> None:
        """Add several programs, side by side or one after another."""
        front, made = self._front(), list[str]()
        for program in programs:
            name = self._add(chunk, Kind.CUSTOM, front, program=program)
            made = [name] if segment.serial else [*made, name]
            front = (name,) if segment.serial else front
        self._set_front(tuple(made))

    def _train(self, about: str, needs: tuple[str, ...]) -> str:
        chunk = Chunk(f"train {about}", "train")
        return self._add(chunk, Kind.TRAINING, needs, about=about)

    def _abouts(self, chunk: Chunk, kind: Kind, segment: Segment) -> tuple[str, ...]:
        """Return the objects that each are an activity of their own."""
        if kind in (Kind.TRAINING, Kind.TUNING, Kind.COMPARISON, Kind.SELECTION):
            found = algorithms_in(self.prose.said(chunk.text))
            if kind is Kind.TRAINING and not found and _OF_THOSE.search(chunk.text):
                found = algorithms_in(self.prose.said(self.prose.text))
            if len(found) > 1:
                return found
            if found and kind is Kind.TRAINING:
                return found
        if not chunk.verb:
            return conjuncts_of(PARALLEL.sub("", chunk.text), "")
        beside = bool(PARALLEL.search(f"{segment.lead} {chunk.text}"))
        beside |= bool(re.search(r"\bare both\b", chunk.text))
        cleans = kind is Kind.CLEANING
        if not beside and (cleans or not self._are_joined(chunk)):
            return ()
        found = objects_of(chunk)
        return found if 1 < len(found) <= _MOST_OBJECTS else ()

    def _are_joined(self, chunk: Chunk) -> bool:
        """Whether what comes next puts together what this part makes."""
        place = next((n for n, one in enumerate(self.chunks) if one is chunk), -1)
        after = self.chunks[place + 1] if 0 <= place < len(self.chunks) - 1 else None
        if after is None:
            return False
        return (
            after.joins or after.verb in PUTS_TOGETHER or bool(_BOTH.search(after.text))
        )

    def _is_for_each(self, chunk: Chunk, kind: Kind, each: bool) -> bool:
        if kind in _JOINING or chunk.verb in _REDUCES:
            return False
        if kind is Kind.EVALUATION:
            trained = {one.name for one in self.done if one.kind is Kind.TRAINING}
            return {*self._front()} <= trained and bool(_SCORED.search(chunk.text))
        return each and len(self._front()) > 1

    def _map(self, chunk: Chunk, kind: Kind) -> bool:
        """Begin a map if the chunk says over what; return whether it does."""
        told = re.search(r"\bfor (?:each|every|all)\b", chunk.text, re.IGNORECASE)
        if kind in _JOINING or (chunk.verb in _REDUCES and not told):
            return False
        items: tuple[Item, ...] = items_in(chunk.text, self.prose)
        front = self._front()
        if not items and not front:
            items = self.items
        given = "" if items else self.parameter
        if not items and not given and len(front) != 1:
            return False
        over = "" if items or given else front[0]
        name = self._free(f"each-{chunk.verb or 'item'}")
        loop = Loop(
            name=name, items=items, over=over, parameter=given, parallelism=self.limit
        )
        self.loops.append(loop)
        self._inside, self._inner = name, ()
        self._narrow = not _WIDE.match(chunk.text)
        self.ends = (name,)
        self._outer(name, front)
        self._side_by_side(replace(chunk), kind, Segment(chunk.text, self._sentence))
        return True

    def _outer(self, name: str, front: tuple[str, ...]) -> None:
        self._loop_needs[name] = front

    _loop_needs: dict[str, tuple[str, ...]] = field(
        default_factory=dict[str, tuple[str, ...]]
    )

    def _leave(self) -> None:
        self._inside, self._inner, self._narrow = "", (), False

    def _front(self) -> tuple[str, ...]:
        return self._inner if self._inside else self.ends

    def _set_front(self, names: tuple[str, ...]) -> None:
        if self._inside:
            self._inner = names
        else:
            self.ends = names

    def _about(self, name: str) -> str:
        return next((one.about for one in self.done if one.name == name), "")

    def _add(
        self,
        chunk: Chunk,
        kind: Kind,
        needs: tuple[str, ...],
        about: str = "",
        program: tuple[str, str] | None = None,
    ) -> str:
        own = program or program_in(chunk.text, self.prose)
        said = self.prose.said(chunk.text)
        image, command = own or ("", "")
        if command and not image:
            image = only_image(self.prose)
        stem = f"{chunk.verb} {self.prose.said(about)}".strip()
        if own and (program or not chunk.verb):
            stem = command if only_image(self.prose) else short_image(image) or command
        name = self._free(slug(stem))
        named = tuple(
            (thing.sort.value, thing.text)
            for thing in self.prose.things_in(chunk.text)
            if thing.sort in _NAMED_SORTS
        )
        self.done.append(
            Activity(
                name=name,
                verb=chunk.verb,
                kind=kind,
                does=said,
                needs=needs,
                loop=self._inside,
                about=about,
                image=image,
                command=command,
                named=named,
            )
        )
        return name

    def _free(self, name: str) -> str:
        taken = {one.name for one in self.done} | {one.name for one in self.loops}
        number, free = 2, name
        while free in taken:
            number, free = number + 1, f"{name}-{number}"
        return free

    def plan(self) -> Plan:
        """Return the plan so far; of activities in an order that goes."""
        return Plan(
            activities=in_order(self.done),
            loops=tuple(self._whole_loops()),
            parallelism=0 if self.loops else self.limit,
        )

    def _whole_loops(self) -> list[Loop]:
        return [
            replace(one, needs=self._loop_needs.get(one.name, ())) for one in self.loops
        ]


def plan_of(text: str) -> Plan:
    """Return what a wish says is done."""
    return plan_and_rest(text)[0]


def plan_and_rest(text: str) -> tuple[Plan, str]:
    """Return what a wish says is done, and the wish without what its exits and times say."""
    text, cron = without_schedule(text)
    plan, rest = with_exits(text, _plan_of)
    return (replace(plan, cron=cron) if plan.activities else plan), rest


def _plan_of(text: str) -> Plan:
    prose = prose_of(text)
    sentences = list(sentences_of(prose.text))
    parameter = list_parameter(prose)
    if declares(prose) and (plan := plan_declared(declared(prose, sentences))):
        return plan
    text, limit = without_limit(plain_wording(prose.text))
    prose = replace(prose, text=text)
    segments = [
        segment
        for number, sentence in enumerate(sentences_of(prose.text))
        for segment in segments_of(sentence, number)
    ]
    chunks = [chunk for segment in segments for chunk in segment.chunks]
    names = step_names(prose)
    if names:
        named = NamedSteps(prose, names)
        for segment in segments:
            named.take(segment)
        return named.plan()
    planning = Planning(prose, chunks, parameter=parameter, limit=limit)
    for segment in segments:
        planning.take(segment)
    return planning.plan()
