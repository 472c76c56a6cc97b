"""Policies by text: a name, and options in braces: `couler{alpha=1.5,beta=1,n=3}`."""

from __future__ import annotations

import inspect
import re

from couler_jupyter.caching.artifact import Rates
from couler_jupyter.caching.policy import POLICIES, Policy
from couler_jupyter.errors import CoulerError

_TEXT = re.compile(r"\s*([\w.-]+)\s*(?:\{([^{}]*)\})?\s*")


class BadPolicy(CoulerError, ValueError):
    """A text does not name a policy with options that it has."""


def policy_of(text: str, rates: Rates | None = None) -> Policy:
    """Return a policy by text.

    Args:
        text: a name, and options in braces if there are any: `couler{n=2}`.
        rates: how fast artifacts are read; the usual ones if None.

    Raises:
        BadPolicy: the text is malformed, or the policy has no such option.
        UnknownName: there is no such policy.

    >>> policy_of("couler{alpha=2,n=1}").name
    'couler'
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise BadPolicy(f"policy {text!r} is not of the form name{{option=1.5}}")
    kind = POLICIES.get(match[1])
    given = _options(match[1], match[2] or "", _numbers(kind))
    return kind(rates or Rates(), **given)


def _numbers(kind: type[Policy]) -> dict[str, type[int] | type[float]]:
    """Return a policy's options, and whether they are whole numbers."""
    return {
        name: type(one.default)
        for name, one in inspect.signature(kind).parameters.items()
        if one.kind is one.KEYWORD_ONLY
    }


def _options(
    name: str, text: str, known: dict[str, type[int] | type[float]]
) -> dict[str, int | float]:
    found: dict[str, int | float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        option, _, value = (word.strip() for word in part.partition("="))
        if option not in known:
            has = ", ".join(known) or "none"
            raise BadPolicy(f"policy {name!r} has no option {option!r}; it has {has}")
        try:
            found[option] = known[option](value)
        except ValueError:
            kind = "a whole number" if known[option] is int else "a number"
            raise BadPolicy(
                f"option {option!r} of policy {name!r} is {value!r}; it must be {kind}"
            ) from None
        if not 0 <= found[option] < float("inf"):
            raise BadPolicy(
                f"option {option!r} of policy {name!r} is {value}; it must be 0 or more"
            )
    return found
