"""What a person chose for the cache: a small file, and variables that go before it.

    $XDG_CONFIG_HOME/couler/cache.toml       COULER_CACHE_CONFIG names another file
    enabled = true                           COULER_CACHE=off
    url = "/home/me/.cache/couler/store"     COULER_CACHE_URL
    index = ""                               COULER_CACHE_INDEX
    budget = "20G"                           COULER_CACHE_BUDGET
    policy = "value"                         COULER_CACHE_POLICY
    cluster = "repository"                   COULER_CACHE_CLUSTER

No secret belongs into it: file systems and databases find theirs where they always do.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from couler_jupyter.caching import DEFAULT
from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import nearest

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?\s*", re.IGNORECASE)
_OFF = frozenset({"0", "off", "no", "false", "none"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """How the cache is kept.

    Attributes:
        enabled: whether anything is reused at all.
        url: where the objects are; empty for a folder in the user's cache.
        index: URL of the database; empty for a file in that folder.
        budget: bytes at the most; 0 for what the store was given.
        policy: who decides what is kept.
        cluster: how a cluster finds the objects, where it sees them elsewhere than this
            machine does; see `reach`.
    """

    enabled: bool = True
    url: str = ""
    index: str = ""
    budget: int = 0
    policy: str = DEFAULT
    cluster: str = ""

    @property
    def place(self) -> str:
        """Where the objects are."""
        if self.url:
            return self.url
        from platformdirs import user_cache_path

        return str(user_cache_path("couler") / "store")


def config_path() -> Path:
    """Return the file with the user's choices; it need not be there."""
    if named := os.environ.get("COULER_CACHE_CONFIG"):
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("couler") / "cache.toml"


def load_config(*, written: bool = False) -> Config:
    """Return what the user chose.

    Args:
        written: leave out what only the environment says.

    Raises:
        UsageFailed: the file or a variable says what is no choice.
    """
    path = config_path()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        given = {}
    except (OSError, ValueError) as error:
        raise UsageFailed(f"{path}: {error}") from None
    chosen = _with(Config(), given, str(path))
    if written:
        return chosen
    variables = {
        name: os.environ[f"COULER_CACHE_{name.upper()}"]
        for name in ("url", "index", "budget", "policy", "cluster")
        if os.environ.get(f"COULER_CACHE_{name.upper()}")
    }
    chosen = _with(chosen, variables, "the environment")
    switch = os.environ.get("COULER_CACHE", "").lower()
    return replace(chosen, enabled=switch not in _OFF) if switch else chosen


def save_config(config: Config) -> Path:
    """Write the choices down and return where."""
    path = config_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        f"{name} = {json.dumps(one, ensure_ascii=False)}\n"
        for name, one in asdict(config).items()
    ]
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text("".join(lines), encoding="utf-8")
    partial.replace(path)
    return path


def read_size(text: str | int) -> int:
    """Return bytes as people write them: 10G, 512 MiB, 1.5T.

    >>> read_size("10G"), read_size("1 KiB")
    (10000000000, 1024)

    Raises:
        UsageFailed: it is no size.
    """
    found = _SIZE.fullmatch(str(text))
    if found is None or isinstance(text, bool):
        raise UsageFailed(f"{text!r} is no size; write it as 10G or 512M")
    number, unit, binary = found.groups()
    factor = _UNITS[unit.upper()]
    if binary:
        factor = 1024 ** list(_UNITS).index(unit.upper())
    return int(float(number) * factor)


def _with(config: Config, given: Mapping[str, object], place: str) -> Config:
    kinds = {field.name: type(getattr(config, field.name)) for field in fields(config)}
    for name, value in given.items():
        if name not in kinds:
            raise UsageFailed(f"{place}: no choice {name!r}{nearest(name, kinds)}")
        if name == "budget" and isinstance(value, str | int):
            config = replace(config, budget=read_size(value))
        elif isinstance(value, kinds[name]):
            config = replace(config, **{name: value})
        else:
            raise UsageFailed(
                f"{place}: {name} is {value!r}, no {kinds[name].__name__}"
            )
    return config
