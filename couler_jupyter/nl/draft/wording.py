"""Wordings that mean the same, brought to one: what is read afterwards knows fewer."""

from __future__ import annotations

import re
from typing import Final

from couler_jupyter.nl.draft.idioms import IDIOMS, SAME_TIME

_LIST = (
    r"(?:the )?(?:list |items |values |numbers |following )?(?:of )?\[?(?P<list>{})\]?"
)
_ITEMS = r"[\w-]+(?:, ?[\w-]+)*(?:,? and [\w-]+)?"
_REWRITES: Final = tuple(
    (re.compile(pattern, re.IGNORECASE | re.MULTILINE), instead)
    for pattern, instead in (
        *IDIOMS,
        (rf"\s*,?\s*\band,?\s*{SAME_TIME},\s*", r" and \1 "),
        (r";\s*(?!otherwise|else|if not)", r". Then "),
        (
            (
                r"\b(?:pass|hand|give|feed)(?:es|s)?\b[^,.;:]*?\bto (?:a|the|another)(?: \w+)?"
                r" (?:step|one) (?:that|which)\s+"
            ),
            "then ",
        ),
        (r"\b(?:takes?|gets?|receives?)\s+(?:them|it|that|these|this)\s+and\s+", ""),
        (
            r"\bmap (?:an? |the )?(?:\w+ )?(?:step|function|task) (?:that|which) (.+?) over "
            + _LIST.format(_ITEMS),
            r"for each of \g<list> \1",
        ),
        (
            r"\bmap over " + _LIST.format(_ITEMS) + r"\s*(?:,|an?|the|with)?\s*"
            r"(?:body|chain|workflow|sub-?workflow|pipeline)\b[^:,.;]*:",
            r"for each of \g<list>:",
        ),
        (
            (
                r"\b(?:an?|the) (\w+) step (?:runs?|is run|is done) (?:once )?for "
                r"(?:each|every) (\w+)"
            ),
            r"then \1 each \2",
        ),
        (
            r"\bmaps? (?:an? |the )?(\w+) (?:step )?over (?:it|them|the list|its \w+)\b",
            r"then \1 each of them",
        ),
        (r"(?<![\w])(?:an?|the) (\w+) step (?:takes|gets|receives)\b", r"then \1"),
        (
            (
                r"\b(?:when|if|whenever|in case) ([^,.;]*?) fails?,? (?:re-?try|try (?:it )?again|"
                r"repeat)\b[^,.;]*"
            ),
            r"\1",
        ),
        (
            (
                r",?\s*(?:and |with )?\b(?:re-?try(?:ing)?\b|retried\b|try(?:ing)? (?:it )?again\b|"
                r"(?:up to )?\w+ retries\b)[^,.;]*"
            ),
            "",
        ),
        (
            r"\bthe (?:first|second|third|fourth|last|other|next)(?: one| step)? (?=\w+s\b)",
            "then ",
        ),
        (
            (
                r"\b(?:their|its) (join|merge|sum|comparison|average|union|report) "
                r"(?:comes|follows)(?: next| last| after that)?"
            ),
            r"then \1 them",
        ),
        (r"\band is mapped over\b", "for each of"),
        (
            r"(?<=zz)(\W*)\s*(?:,|and)?\s*\bafter (?:it|that|this|them|these)\b,?",
            r"\1 then",
        ),
        (r"(?:^|(?<=[.] ))then after (?:it|that|this|them|these)\b,?", "then"),
        (
            (
                r"\b(?:(?:an?|the) first step|step (?:one|1)|the first one) "
                r"(?:returns|gives|lists|yields)\b"
            ),
            "list",
        ),
        (
            (
                r"\b(?:an?|the) (?:first|second|third|fourth|last|final|next|initial) "
                r"(?:step|job|task|stage)(?: then)? "
                r"(?=\w+s (?:the|an?|all|them|it|both|every|each)\b)"
            ),
            "then ",
        ),
        (r"\b(i|we)(?:['’]ve| have) got\b", r"\1 have"),
        (
            (
                r"\b(?:then )?(?:the |an? )?([\w-]+(?: [\w-]+)?) (?:needs|uses|wants|waits for) "
                r"(?:both|all (?:three|four|of them))(?: of them)?"
            ),
            r"then run \1",
        ),
        (
            (
                r"\b(?:an?|the) (comparison|summary|report|evaluation|selection|chart|plot)\b"
                r"([^.;,]*?) (?:follows|comes (?:last|next|after that|at the end))\b"
            ),
            r"then make a \1\2",
        ),
        (r"\b(?:strictly )?one after (?:the other|another)\b", "one after another"),
        (r"\b(?:before|without) giving up\b", ""),
        (
            r"\b(?:and )?only if (?:that|it) (?:went well|worked|succeeds|succeeded)\b",
            "then",
        ),
        (r"\bafter (?:all|both|each) of (?:them|these|those),?", "then"),
        (r"\b(?:has|have|needs?) to wait (?:for|until|till)\b[^.;]*", ""),
    )
)


def plain_wording(text: str) -> str:
    """Return a text in which some wordings stand for others that mean the same.

    >>> plain_wording("fetch; they're joined")
    'fetch. Then they are joined'
    """
    for pattern, instead in _REWRITES:
        text = pattern.sub(instead, text)
    return text
