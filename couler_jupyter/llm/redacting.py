"""Takes secrets out of text before it is sent, written down or shown.

By value: what variables of the environment hold whose name says that it is secret, and
what is given besides. By shape: keys of the usual services, tokens, private keys,
passwords in addresses and in assignments. It finds what looks like a secret; it cannot
know one that looks like a word.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

from couler_jupyter.llm.model import Answer, Message, Model, Schema

MARK: Final = "[secret]"
_SHORTEST = 8
_SECRET_WORDS = frozenset(
    {"KEY", "APIKEY", "TOKEN", "SECRET", "SECRETS", "PASSWORD", "PASSWD", "PASS", "PWD"}
    | {"PASSPHRASE", "CREDENTIAL", "CREDENTIALS", "PAT", "AUTH"}
)
_SHAPES: Final = re.compile(
    r"""
      -----BEGIN\ [A-Z0-9\ ]{0,40}PRIVATE\ KEY(?:\ BLOCK)?-----
        (?:.*?-----END\ [A-Z0-9\ ]{0,40}PRIVATE\ KEY(?:\ BLOCK)?----- | .*)
    | \b (?:sk|pk|rk) [-_] [A-Za-z0-9_-]{16,}
    | \b (?:AKIA|ASIA|ABIA|ACCA) [A-Z0-9]{16} \b
    | \b gh[pousr]_ [A-Za-z0-9]{20,}
    | \b github_pat_ [A-Za-z0-9_]{20,}
    | \b gl(?:pat|rt|dt|oas|cbt)- [A-Za-z0-9_-]{16,}
    | \b xox[abeoprs]- [A-Za-z0-9-]{10,}
    | \b AIza [A-Za-z0-9_-]{30,}
    | \b ya29\. [A-Za-z0-9_-]{20,}
    | \b hf_ [A-Za-z0-9]{20,}
    | \b npm_ [A-Za-z0-9]{30,}
    | \b pypi- [A-Za-z0-9_-]{40,}
    | \b dop_v1_ [a-f0-9]{40,}
    | \b SG\. [A-Za-z0-9_-]{16,} \. [A-Za-z0-9_-]{16,}
    | \b eyJ [A-Za-z0-9_-]{8,} \. [A-Za-z0-9_-]{8,} (?: \. [A-Za-z0-9_-]* )?
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_IN_URL = re.compile(r"(://[^\s/:@'\"]{0,200}:)([^\s/@'\"]{1,400})(?=@)", re.ASCII)
_AUTHORIZED = re.compile(
    r"\b((?:bearer|basic|token)[ \t]{1,4})([A-Za-z0-9._~+/=-]{16,})",
    re.IGNORECASE | re.ASCII,
)
_NAMED = r"""
    ( \b [A-Za-z0-9_-]{0,40} (?: %s )
      ["']? [ \t]{0,4} (?: = | : ) [ \t]{0,4} (["']) )
    (?! env: | keyring: | %s )
    [^\s"'{}$<>]{6,400}
    (?= \2 )
"""
_A_NAME = r"[a-z][a-z0-9]{0,11} (?: [-_.] [a-z][a-z0-9]{0,11} ){0,8} \2"
"""Words as objects of a cluster are named: `db-password` says where, not what."""
_FLAGS = re.VERBOSE | re.IGNORECASE | re.ASCII
_PASSWORDS = re.compile(
    _NAMED % ("password | passwd | passphrase", r"[?*]+ \2"), _FLAGS
)
_KEYS = re.compile(
    _NAMED
    % (
        r"secret | token | (?: api | access | account | private | secret ) [_-]? key",
        f"(?-i: {_A_NAME} )",
    ),
    _FLAGS,
)


class Redactor:
    """Knows the secrets there are, and how secrets look."""

    def __init__(
        self,
        secrets: Iterable[str] = (),
        variables: Mapping[str, str] = os.environ,
    ) -> None:
        """Learn what is secret.

        Args:
            secrets: values that are.
            variables: of the environment; those whose name says so are secret, too.
        """
        known = {one for one in secrets if one.strip()}
        known |= {
            value
            for name, value in variables.items()
            if _says_secret(name) and _may_be_secret(value)
        }
        forms = sorted({form for one in known for form in _forms(one)}, key=len)
        # the longest first: one may begin as another does
        self._known = re.compile("|".join(re.escape(form) for form in reversed(forms)))
        self._any = bool(forms)

    def __repr__(self) -> str:
        return "Redactor()"

    def clean(self, text: str) -> str:
        """Return the text without secrets.

        >>> Redactor(["hunter2-hunter2"], {}).clean("it is hunter2-hunter2")
        'it is [secret]'
        >>> Redactor((), {}).clean("postgres://me:hidden@db/x")
        'postgres://me:[secret]@db/x'
        """
        if self._any:
            text = self._known.sub(MARK, text)
        text = _SHAPES.sub(MARK, text)
        text = _IN_URL.sub(rf"\1{MARK}", text)
        text = _AUTHORIZED.sub(rf"\1{MARK}", text)
        text = _PASSWORDS.sub(rf"\1{MARK}", text)
        return _KEYS.sub(rf"\1{MARK}", text)


@dataclass(frozen=True, slots=True)
class Redacting:
    """A model that never hears a secret.

    Attributes:
        model: that is asked.
        redactor: that goes over what it is asked.
    """

    model: Model
    redactor: Redactor

    @property
    def name(self) -> str:
        """As people call it."""
        return self.model.name

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Schema | None = None,
        most_tokens: int | None = None,
        temperature: float | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> Answer:
        """Ask with the secrets taken out."""
        return self.model.complete(
            [replace(one, text=self.redactor.clean(one.text)) for one in messages],
            schema=schema,
            most_tokens=most_tokens,
            temperature=temperature,
            on_text=on_text,
        )


def _says_secret(name: str) -> bool:
    words = re.split(r"[^A-Z0-9]+", name.upper())
    if name in {"PWD", "OLDPWD"} or words[-1] in {"FILE", "PATH", "DIR", "SOCK"}:
        return False
    return name.startswith("COULER_SECRET_") or not _SECRET_WORDS.isdisjoint(words)


def _may_be_secret(value: str) -> bool:
    if len(value.strip()) < _SHORTEST:
        return False
    try:
        return not Path(value).exists()
    except (OSError, ValueError):  # too long for a name, or no name at all
        return True


def _forms(secret: str) -> set[str]:
    """Return how a secret may stand in text: as it is, in addresses, in base64."""
    bare = secret.strip()
    coded = base64.b64encode(bare.encode("utf-8", "surrogateescape")).decode()
    return {bare, quote(bare, safe=""), coded}
