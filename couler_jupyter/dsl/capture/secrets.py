"""Telling text that looks like a secret: it must not be written into a workflow."""

from __future__ import annotations

import re

_NAME = re.compile(
    r"passw(or)?d|passphrase|secret|credential|api_?key|(access|private|auth)_?key"
    r"|(access|auth|bearer|refresh)_?token",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|^(ghp|gho|ghs|github_pat|glpat|hf|xox[abprs])[_-][\w-]{16,}$"
    r"|^sk-[\w-]{16,}$|^AKIA[A-Z0-9]{16}$"
)


def looks_secret(name: str, value: object) -> bool:
    """Tell whether a constant is likely a password, a key or a token.

    >>> looks_secret("DB_PASSWORD", "tiger"), looks_secret("PAD_TOKEN", "<pad>")
    (True, False)
    """
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    if not isinstance(text, str) or not text:
        return False
    return bool(_NAME.search(name) or _VALUE.search(text))
