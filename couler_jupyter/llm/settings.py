"""Which language model is asked, and within which limits: a small file, and variables.

    $XDG_CONFIG_HOME/couler/llm.toml         COULER_LLM_CONFIG names another file
    model = "gpt-4o"                         COULER_LLM_MODEL
    base_url = "http://localhost:8000/v1"    COULER_LLM_BASE_URL
    key = "keyring:couler/llm"               COULER_LLM_API_KEY: the key, or where it is
    provider = "openai"                      COULER_LLM_PROVIDER
    api_version = "2024-10-21"               COULER_LLM_API_VERSION (Azure)
    deployment = "mine"                      COULER_LLM_DEPLOYMENT (Azure)
    most_tokens = 200000                     COULER_LLM_MOST_TOKENS, of one session
    most_dollars = 2.0                       COULER_LLM_MOST_DOLLARS, of one session
    seconds = 120                            COULER_LLM_SECONDS, for one answer
    retries = 2                              COULER_LLM_RETRIES
    record = true                            COULER_LLM_RECORD=off
    transcript = "answers.jsonl"             COULER_LLM_TRANSCRIPT

    [prices."gpt-4o"]                        COULER_LLM_PRICES="gpt-4o=2.5/10"
    prompt = 2.5                             US dollars for a million tokens
    answer = 10

Variables go before the file. A key is never written here: only where it is. The prices
above show the form; nobody's are known unless you give them.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from couler_jupyter.errors import UsageFailed
from couler_jupyter.llm.prices import Price, make_price, read_prices
from couler_jupyter.targets import is_reference

HOW_TO_CONFIGURE: Final = (
    "to have a language model write it, set COULER_LLM_MODEL and COULER_LLM_API_KEY, "
    "and COULER_LLM_BASE_URL for a server other than OpenAI's (docs/models.md)"
)
_OWN = "COULER_LLM_"
_OFF = frozenset({"0", "off", "no", "false"})
_ON = frozenset({"1", "on", "yes", "true"})
_TEXTS = ("model", "base_url", "provider", "api_version", "deployment", "transcript")
_NUMBERS = ("most_tokens", "most_dollars", "seconds", "retries")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Which model, where, and how far it may go.

    Attributes:
        model: its name there; empty for none, so that nothing is asked.
        base_url: of an OpenAI-compatible endpoint; empty for OpenAI's own.
        key: where the key is, as `env:NAME` or `keyring:SERVICE/NAME`; empty for none.
        provider: who speaks to it, by name; see `open_model`.
        api_version: of Azure; empty elsewhere.
        deployment: of Azure; empty for one of the model's name.
        most_tokens: that a session may spend; 0 for any number.
        most_dollars: that a session may spend; 0 for any number.
        seconds: that one answer may take.
        retries: after time-outs, 429 and 5xx, with longer and longer pauses.
        record: whether prompts and answers are written down.
        transcript: a file of answers to add to, or to replay; empty for none.
        prices: by the start of a model's name.
    """

    model: str = ""
    base_url: str = ""
    key: str = ""
    provider: str = "openai"
    api_version: str = ""
    deployment: str = ""
    most_tokens: int = 0
    most_dollars: float = 0.0
    seconds: float = 120.0
    retries: int = 2
    record: bool = True
    transcript: str = ""
    prices: Mapping[str, Price] = field(default_factory=dict[str, Price])

    def __post_init__(self) -> None:
        """Refuse what would put a secret where it can be read, or cannot be.

        Raises:
            UsageFailed: with what is wrong; no secret is repeated.
        """
        if self.key and not is_reference(self.key):
            raise UsageFailed(
                "the key of a language model is not written into settings; say where "
                "it is, as env:NAME or keyring:SERVICE/NAME"
            )
        _check_url(self.base_url)
        for name in _NUMBERS:
            if getattr(self, name) < 0:
                raise UsageFailed(f"{name} of a language model is below 0")

    @property
    def host(self) -> str:
        """Who is asked, as people call it."""
        return urlsplit(self.base_url).netloc or "api.openai.com"


def settings_path(variables: Mapping[str, str] = os.environ) -> Path:
    """Return the file with the user's choices; it need not be there."""
    if named := variables.get(f"{_OWN}CONFIG"):
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("couler") / "llm.toml"


def load_settings(variables: Mapping[str, str] = os.environ) -> Settings:
    """Return what the user chose; without a file and variables, no model.

    A key of OpenAI's variable (`OPENAI_API_KEY`) goes to OpenAI, or to the URL that
    stands beside it (`OPENAI_BASE_URL`), and to nobody else unless `key` says so.

    Args:
        variables: of the environment.

    Raises:
        UsageFailed: the file or a variable says what is no choice.
    """
    path = settings_path(variables)
    chosen = _with(Settings(), _read(path), str(path))
    chosen = _with(chosen, _from(variables), "the environment")
    if not chosen.base_url and not chosen.key:
        chosen = replace(chosen, base_url=variables.get("OPENAI_BASE_URL", ""))
        if variables.get("OPENAI_API_KEY"):
            chosen = replace(chosen, key="env:OPENAI_API_KEY")
    return chosen


def _read(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UsageFailed(f"{path}: {error}") from None


def _from(variables: Mapping[str, str]) -> dict[str, object]:
    names = (*_TEXTS, *_NUMBERS, "record", "prices")
    found: dict[str, object] = {
        name: variables[f"{_OWN}{name.upper()}"]
        for name in names
        if variables.get(f"{_OWN}{name.upper()}")
    }
    key = variables.get(f"{_OWN}API_KEY", "").strip()
    if key:
        found["key"] = key if is_reference(key) else f"env:{_OWN}API_KEY"
    return found


def _with(before: Settings, given: Mapping[str, object], where: str) -> Settings:
    known = (*_TEXTS, *_NUMBERS, "key", "record", "prices")
    changes: dict[str, object] = {}
    for name, value in given.items():
        if name not in known:
            # it may be a secret's name or value: only the names that are known are told
            raise UsageFailed(f"{where}: no such setting; known: {', '.join(known)}")
        try:
            changes[name] = _value(name, value)
        except UsageFailed as error:
            raise UsageFailed(f"{where}: {error}") from None
    try:
        return replace(before, **changes)  # type: ignore[arg-type]
    except UsageFailed as error:
        raise UsageFailed(f"{where}: {error}") from None


def _value(name: str, value: object) -> object:
    if name == "record":
        return _switch(value)
    if name == "prices":
        return read_prices(value) if isinstance(value, str) else _table(value)
    if name in _NUMBERS:
        return _number(name, value)
    if not isinstance(value, str):
        raise UsageFailed(f"{name} is no text")
    return value.strip()


def _number(name: str, value: object) -> float:
    kind = int if name in {"most_tokens", "retries"} else float
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValueError  # noqa: TRY301, TRY004 (told below, as what is no number)
        return kind(value)
    except (ValueError, OverflowError):
        raise UsageFailed(f"{name} is {value!r}, no number") from None


def _switch(value: object) -> bool:
    word = str(value).lower()
    if word not in _OFF | _ON:
        raise UsageFailed(f"record is {value!r}; it is on or off")
    return word in _ON


def _table(value: object) -> dict[str, Price]:
    if not isinstance(value, dict):
        raise UsageFailed("prices is no table")
    found: dict[str, Price] = {}
    for name, one in value.items():
        if not isinstance(one, dict) or set(one) != {"prompt", "answer"}:
            raise UsageFailed(f"the price of {name} is no prompt and answer")
        found[name] = make_price(name, one["prompt"], one["answer"])
    return found


def _check_url(url: str) -> None:
    if not url:
        return
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        good, parts = False, urlsplit("")
    if not good:
        raise UsageFailed("base_url is no address that begins with http:// or https://")
    if parts.username or parts.password:
        raise UsageFailed("base_url holds a user or password; say where the key is")
