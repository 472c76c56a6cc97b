"""What a draft does not do though a wish speaks of it: said, rather than passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_SPOKEN_OF: Final = (
    (
        "a condition",
        (
            r"\b(?:only )?if\b(?! any)|\bunless\b|\botherwise\b|\bonly when\b|\bin case\b|"
            r"\bdepending on (?:whether|the (?:result|outcome|value))"
        ),
        "couler.when",
    ),
    (
        "a loop",
        r"\buntil\b|\bas long as\b|\bwhile (?:the|it|there)\b",
        "couler.exec_while",
    ),
    (
        "what happens when something fails",
        (
            r"\bfail\w*|\bgoes wrong\b|\bcrash\w*|\bwhatever happens\b|\bin any case\b|"
            r"\bon errors?\b|\bno matter (?:what|how)\b|\bwhether (?:or not )?it\b|"
            r"\bhowever it (?:ends|went|goes)\b"
        ),
        "couler.set_exit_handler",
    ),
    ("retries", r"\bretr(?:y|ies|ied|ying)\b|\btry(?:ing)? (?:it )?again\b", "retry="),
    (
        "a secret",
        r"\bsecrets?\b|\bpasswords?\b|\btokens?\b(?= (?:of|for|from|in))|\bcredentials\b",
        "couler.create_secret",
    ),
    ("a volume", r"\bvolumes?\b|\bpvc\b|\bmount\w*", "mounts="),
    (
        "resources",
        r"\bgpus?\b|\b\d+ ?(?:gb|gi|mi|cpus?|cores)\b",
        "cpu=, memory=, gpu=",
    ),
    (
        "an approval",
        r"\bapprov\w+|\bsign(?:s|ed)? off\b|\bhuman in the loop\b|\bconfirm(?:s|ed)? (?:it|by)",
        "couler.suspend",
    ),
    ("a time limit", r"\btime-?outs?\b|\blonger than \d+", "timeout="),
)


def left_out(text: str) -> Iterator[tuple[str, str]]:
    """Yield what a wish speaks of and no draft does, and how that is written.

    >>> list(left_out("train it; if the accuracy is above 0.9, deploy it"))
    [('a condition', 'couler.when')]
    """
    for what, pattern, written in _SPOKEN_OF:
        if re.search(pattern, text, re.IGNORECASE):
            yield what, written
