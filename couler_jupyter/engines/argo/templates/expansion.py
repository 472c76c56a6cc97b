"""Texts that Kubernetes expands: `$(NAME)` in commands, arguments and variables.

It replaces `$(NAME)` by the container's variable of that name and `$$` by `$`; what is no
variable of the container stays as it is. Here plain text means itself, so what would be
replaced is written with a second `$`.

Source: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
"""

from __future__ import annotations

from collections.abc import Collection

from couler_jupyter.engines.kube.expansion import doubled
from couler_jupyter.ir import Constant, Format, Text, Value


def unexpanded(text: Text, names: Collection[str] | None) -> Text:
    """Return a text that stays as it is when Kubernetes expands it.

    Args:
        text: what is meant; values of references are not known, and stay as they are.
        names: the container's variables; None if they are not all known.

    >>> unexpanded("$(date) $(MODE) $$", {"MODE"})
    '$(date) $$(MODE) $$$$'
    """
    match text:
        case str():
            return doubled(text, names)
        case Constant() if "$" in text.json and isinstance(text.value, str):
            return doubled(text.value, names)
        case Format(parts=parts):
            return Format(tuple(_part(part, names) for part in parts))
        case _:
            return text


def _part(part: str | Value, names: Collection[str] | None) -> str | Value:
    whole = unexpanded(part, names)
    return Constant.of(whole) if isinstance(whole, str) and part is not whole else whole
