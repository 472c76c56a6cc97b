"""What is to be done when a run has ended: `if anything fails, tell the team`."""

from __future__ import annotations

import re
from typing import Final

_RUN = r"the (?:whole )?(?:run|workflow|pipeline|thing|dag)"
_ANY = (
    r"(?:anything|something|any (?:step|task|job|part|of (?:it|that|this|them|these|those|"
    r"the \w+))|one of (?:them|these|those|the \w+)|a step)"
    r"(?: (?:of|in|along) (?:it|that|this|them|these|the \w+))?"
)
_FAILS = r"(?:fails?|failed|has failed|breaks?|crash(?:es)?|errors out)"
_WHEN: Final = (
    (
        "Failed",
        (
            rf"(?:if|when|whenever|in case|should) (?:{_RUN}|{_ANY}) (?:(?:should )?{_FAILS}|"
            r"(?:goes|go|went) wrong)(?: (?:on|along) the way)?|"
            r"on (?:a |any )?(?:failures?|errors?)(?= *[,:]| \w+ (?:the|us|me|an?|our)\b|$)"
        ),
    ),
    (
        "Succeeded",
        rf"(?:if|when|whenever) {_RUN} (?:succeeds|succeeded|has succeeded|is a success)",
    ),
    (
        "Always",
        (
            r"whatever happens|no matter (?:what(?: happens)?|how (?:it|that|the run) "
            r"(?:ends|ended|went|goes))|(?:and )?however (?:it|that|the run) "
            r"(?:ends|ended|went|goes)|"
            r"whether (?:or not )?(?:it|that|the run|everything) (?:worked|works|succeeds|"
            r"succeeded|fails|failed|went well) or (?:not|fails|failed)|"
            r"at the (?:very )?end,? (?:in any case|always)|"
            r"in any case,? at the (?:very )?end|"
            r"always(?=(?:[^.;\n]|\.(?=\S)){1,80}\b"
            r"(?:at the (?:very )?end|afterwards|in the end)\b)"
        ),
    ),
)
_BEFORE = (
    r"(?:^|(?<=[.;,:\n] )|(?<=\n)|(?<=\band )|(?<=\bbut )|(?<=\bfinally )|(?<=\bthen ))"
)
_NOT = (
    r"(?!(?:or|re-?try|try|re-?run|repeat|restart|continue|ignore|stop|abort|cancel|carry|go|"
    r"skip|do|don['’]t|nothing|just|only)\b)"
)
"""What more is done with a run, rather than after it."""
_DO = (
    rf"(?P<do>{_NOT}(?:(?!,? (?:and |but )?"
    r"(?:if|when|whenever|whatever|no matter|in any case)\b)"
    r"(?:[^.;\n]|\.(?=\S))){1,200})"
)
_AHEAD: Final = tuple(
    (on, re.compile(rf"{_BEFORE}(?:{pattern}),?:? (?:then )?{_DO}", re.I))
    for on, pattern in _WHEN
)
_BEHIND: Final = tuple(
    (
        on,
        re.compile(
            rf"(?:^|[.;,\n]\s+(?:and |but |then )*)"
            rf"(?P<do>{_NOT}(?:[^.;,\n]|\.(?=\S)){{3,120}}?),? (?:{pattern})"
            r"(?= *(?:[.;\n]|$))",
            re.IGNORECASE,
        ),
    )
    for on, pattern in _WHEN
)
_LAST = re.compile(
    r",? *\b(?:at the (?:very )?end|afterwards|in the end)\b", re.IGNORECASE
)


def without_exits(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return a text without what is done at the end of a run, and that: for which end, what.

    A failure of one step, as in `if that fails`, is no end of a run and stays.

    >>> without_exits("Load it. If anything fails, tell the team.")
    ('Load it. .', (('Failed', 'tell the team'),))
    """
    found: list[tuple[str, str]] = []
    for forms in (_AHEAD, _BEHIND):
        for on, pattern in forms:
            while (one := pattern.search(text)) and one["do"].strip():
                found.append((on, _LAST.sub("", one["do"]).strip(" ,")))
                text = text[: one.start()] + text[one.end() :]
    return text, tuple(found)
