"""Texts that Kubernetes expands: `$(NAME)` in commands, arguments and variables.

It replaces `$(NAME)` by the container's variable of that name and `$$` by `$`; what is no
variable of the container stays as it is. What reads such texts is `reading.containers`.

Source: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
"""

from __future__ import annotations

import re
from collections.abc import Collection

_SPECIAL = re.compile(r"\$(?:\$|\(([^()]*)\))")


def doubled(text: str, names: Collection[str] | None) -> str:
    """Return what Kubernetes makes a text of: what it would replace has a second `$`.

    Args:
        text: what is meant.
        names: the container's variables; None if they are not all known.

    >>> doubled("$(date) $(MODE) $$", {"MODE"})
    '$(date) $$(MODE) $$$$'
    """
    if "$" not in text:
        return text

    def double(match: re.Match[str]) -> str:
        if match[1] is None:
            return "$$$$"
        return f"${match[0]}" if names is None or match[1] in names else match[0]

    return _SPECIAL.sub(double, text)
