"""Names on disk: run ids that sort by time, log files that no step path can abuse."""

from __future__ import annotations

import hashlib
import re
import secrets
import time

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_ID = re.compile(r"\d{8}-\d{6}-[a-z0-9-]+")
_PLAIN = re.compile(
    r"""
    (?!\.)                                    # never a hidden file
    [a-z0-9_.-]+ (?: \[\d+\] | \#\d+ )*       # train, train[0], flip#2
    (?: / [a-z0-9_.-]+ (?: \[\d+\] | \#\d+ )* )*
    """,
    re.VERBOSE | re.ASCII,
)
_TO_FILE = str.maketrans({"/": "+", "[": "@", "]": "", "#": "="})
_LONGEST = 100
_SHOWN = 60


def new_id(workflow: str, now: float) -> str:
    """Return a fresh id, as `20261122-031502-pick-best-k3f9` (the time is UTC)."""
    at = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now))
    name = _slug(workflow, 40) or "run"
    return f"{at}-{name}-{''.join(secrets.choice(_LETTERS) for _ in range(4))}"


def is_id(text: str) -> bool:
    """Whether `text` has the form of a run id, and so is safe as a folder name."""
    return len(text) <= _LONGEST and _ID.fullmatch(text) is not None


def log_name(step_path: str, attempt: int) -> str:
    """Return the file name for the log of one attempt.

    No two step paths share one, not even where file names ignore case: plain paths
    stay readable, all others get 128 bits of their SHA-256 behind a `~`, which plain
    ones never have.

    >>> log_name("tune/fit[3]", 1), log_name("flip#2", 1)
    ('tune+fit@3.1.log', 'flip=2.1.log')
    >>> log_name("Größe", 2)
    'gr-e~aedc3f80989a6546962705852b2f4a48.2.log'
    """
    if len(step_path) <= _LONGEST and _PLAIN.fullmatch(step_path):
        return f"{step_path.translate(_TO_FILE)}.{attempt}.log"
    whole = step_path.encode("utf-8", "surrogatepass")
    digest = hashlib.sha256(whole).hexdigest()[:32]
    return f"{_slug(step_path, _SHOWN)}~{digest}.{attempt}.log"


def _slug(text: str, longest: int) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", text[:200].lower())
    return plain[:longest].strip("-")
