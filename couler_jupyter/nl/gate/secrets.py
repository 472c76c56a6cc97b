"""Telling texts and names that belong to secrets."""

from __future__ import annotations

import re

_KEY = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\b(?:ghp|gho|ghs|ghu|glpat|hf|xox[abprs])[_-][\w-]{16,}|\bgithub_pat_\w{20,}"
    r"|\bsk-(?:proj-|ant-)?[\w-]{16,}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{30,}"
    r"|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"
    r"|\b\w+://[^\s/:@{}$]+:[^\s/:@{}$]{3,}@[\w.-]+"
)
_NAME = re.compile(
    r"passw(?:or)?d|passphrase|credential|api_?key|(?:access|private|auth|secret)_?key"
    r"|(?:access|auth|bearer|refresh|api|slack|hf|github)_?token|^token$|^secret$|^pwd$",
    re.IGNORECASE,
)


def looks_like_key(text: str) -> bool:
    """Tell whether a text has the form of a key, a token or a URL with a password."""
    return len(text) >= 12 and _KEY.search(text) is not None


def sounds_secret(name: str) -> bool:
    """Tell whether a name is one that secrets are given."""
    return _NAME.search(name) is not None
