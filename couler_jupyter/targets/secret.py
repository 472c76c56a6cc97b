"""Where a secret is: `env:NAME` or `keyring:SERVICE/NAME`; never the secret itself."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from couler_jupyter.errors import UsageFailed

_ENV = "env"
_REFERENCE = re.compile(
    r"""
    env: [A-Za-z_][A-Za-z0-9_]*
    | keyring: [^/\s]+ / \S+
    """,
    re.VERBOSE | re.ASCII,
)
FORMS = "env:NAME or keyring:SERVICE/NAME"


def is_reference(text: str) -> bool:
    """Whether `text` says where a secret is.

    >>> is_reference("env:ARGO_TOKEN"), is_reference("keyring:couler/staging")
    (True, True)
    >>> is_reference("eyJhbGciOi")
    False
    """
    return _REFERENCE.fullmatch(text) is not None


def read_secret(reference: str, variables: Mapping[str, str] = os.environ) -> str:
    """Return the secret itself: to be used at once, and neither kept nor shown.

    Args:
        reference: where it is.
        variables: of the environment.

    Raises:
        UsageFailed: it is not there, or that is no reference.
    """
    if not is_reference(reference):
        # it may be a secret that was written in the wrong place: not repeated
        raise UsageFailed(f"a secret is written as {FORMS}, and this one is neither")
    scheme, _, rest = reference.partition(":")
    if scheme == _ENV:
        found = variables.get(rest, "")
    else:
        service, _, name = rest.partition("/")
        found = _from_keyring(service, name)
    if not found.strip():
        raise UsageFailed(f"there is no secret at {reference}")
    return found.strip()


def secret_fault(
    reference: str, variables: Mapping[str, str] = os.environ
) -> str | None:
    """Return why a secret cannot be read, in one line; None if it can."""
    try:
        read_secret(reference, variables)
    except UsageFailed as error:
        return str(error)
    return None


def _from_keyring(service: str, name: str) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise UsageFailed(
            f"keyring:{service}/{name} needs the package keyring; install it"
        ) from None
    try:
        return keyring.get_password(service, name) or ""
    except KeyringError as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise UsageFailed(f"keyring:{service}/{name} cannot be read: {why}") from None
