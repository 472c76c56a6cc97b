"""What machines cost, as a person gave it in a small file; nothing is assumed.

$XDG_CONFIG_HOME/couler/prices.toml      COULER_PRICES names another file
currency = "USD"
[argo]                                   by the name of the engine
cpu_hour = 0.0316                        one core for one hour
memory_gib_hour = 0.0042                 1 GiB for one hour
gpu_hour = 2.48                          one accelerator for one hour
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Resources, nearest

_HOUR = 3600
_GIB = 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What one engine's machines cost; None where nobody said.

    Attributes:
        cpu_hour: one core for one hour.
        memory_gib_hour: 1 GiB of memory for one hour.
        gpu_hour: one accelerator for one hour.
    """

    cpu_hour: float | None = None
    memory_gib_hour: float | None = None
    gpu_hour: float | None = None

    def cost(self, asked: Resources, seconds: float) -> float | None:
        """Return what some resources cost for a while.

        None if a price is missing, or if neither cores nor accelerators are asked for,
        so that nobody knows what the step takes.
        """
        if not asked.cpu and not asked.gpu:
            return None
        hourly = 0.0
        for amount, price in (
            (asked.cpu, self.cpu_hour),
            ((asked.memory or 0) / _GIB, self.memory_gib_hour),
            (asked.gpu, self.gpu_hour),
        ):
            if amount and price is None:
                return None
            hourly += (amount or 0) * (price or 0)
        return hourly * seconds / _HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Prices of all engines.

    Attributes:
        currency: what the numbers are in.
        rates: by the name of the engine.
    """

    currency: str = ""
    rates: Mapping[str, Rates] = field(default_factory=dict[str, Rates])

    def of(self, engine: str) -> Rates:
        """Return what an engine's machines cost."""
        return self.rates.get(engine, Rates())


def prices_path() -> Path:
    """Return the file with the prices; it need not be there."""
    if named := os.environ.get("COULER_PRICES"):
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("couler") / "prices.toml"


def load_prices() -> Prices:
    """Return what the user gave; without the file no prices at all.

    Raises:
        UsageFailed: the file cannot be read, or says what is no price.
    """
    path = prices_path()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Prices()
    except (OSError, ValueError) as error:
        raise UsageFailed(f"{path}: {error}") from None
    currency = given.pop("currency", "")
    if not isinstance(currency, str):
        raise UsageFailed(f"{path}: currency is {currency!r}, no text")
    rates = {name: _rates(f"{path}: [{name}]", one) for name, one in given.items()}
    return Prices(currency=currency or "units", rates=rates)


def _rates(where: str, given: object) -> Rates:
    known = [one.name for one in fields(Rates)]
    if not isinstance(given, dict):
        raise UsageFailed(f"{where} is no table of prices ({', '.join(known)})")
    for name, price in given.items():
        if name not in known:
            raise UsageFailed(f"{where} has no price {name!r}{nearest(name, known)}")
        if isinstance(price, bool) or not isinstance(price, int | float) or price < 0:
            raise UsageFailed(f"{where}: {name} is {price!r}, no price")
    return Rates(**given)
