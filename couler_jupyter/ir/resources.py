"""What one step asks of the machine that runs it, in plain units."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal

_UNITS = {
    "": 1,
    "k": 10**3,
    "M": 10**6,
    "G": 10**9,
    "T": 10**12,
    "P": 10**15,
    "E": 10**18,
    "Ki": 2**10,
    "Mi": 2**20,
    "Gi": 2**30,
    "Ti": 2**40,
    "Pi": 2**50,
    "Ei": 2**60,
}
_QUANTITY = re.compile(r"([0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,2})?)\s*([A-Za-z]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What a step asks for, and how much of it it may use.

    A limit that is not given is what is asked for; asking for nothing is no limit.

    Attributes:
        cpu: cores asked for.
        memory: bytes asked for.
        ephemeral: bytes of scratch disk asked for.
        gpu: whole accelerators.
        gpu_kind: the accelerator's resource name on Kubernetes.
        cpu_limit: cores it may use at the most.
        memory_limit: bytes it may use at the most.
        ephemeral_limit: bytes of scratch disk it may use at the most.
    """

    cpu: float | None = None
    memory: int | None = None
    ephemeral: int | None = None
    gpu: int = 0
    gpu_kind: str = "nvidia.com/gpu"
    cpu_limit: float | None = None
    memory_limit: int | None = None
    ephemeral_limit: int | None = None


def parse_bytes(text: str | float) -> int:
    """Return a Kubernetes quantity of bytes as a whole number of them.

    >>> parse_bytes("1.5Gi"), parse_bytes("500M")
    (1610612736, 500000000)

    Raises:
        ValueError: it is no quantity.
    """
    if not isinstance(text, str):
        return _whole(text)
    match = _QUANTITY.fullmatch(text.strip())
    if match is None or match[2] not in _UNITS:
        known = ", ".join(unit for unit in _UNITS if unit)
        raise ValueError(
            f"{text!r} is no amount of bytes; write 512Mi (units: {known})"
        )
    return round(Decimal(match[1]) * _UNITS[match[2]])


def parse_cores(text: str | float) -> float:
    """Return a Kubernetes quantity of CPU as cores.

    >>> parse_cores("250m"), parse_cores(2)
    (0.25, 2.0)

    Raises:
        ValueError: it is no quantity.
    """
    if not isinstance(text, str):
        return float(text)
    match = _QUANTITY.fullmatch(text.strip())
    if match is None or match[2] not in {"", "m"}:
        raise ValueError(f"{text!r} is no amount of CPU; write 0.5 or 500m")
    return float(Decimal(match[1]) / (1000 if match[2] else 1))


def _whole(count: float) -> int:
    if isinstance(count, bool) or not math.isfinite(count):
        raise ValueError(f"{count} is no amount of bytes")
    return round(count)


def bytes_text(count: int) -> str:
    """Return bytes as the shortest exact Kubernetes quantity.

    >>> bytes_text(2**30), bytes_text(2 * 10**9), bytes_text(1500)
    ('1Gi', '2G', '1500')
    """
    if not count:
        return "0"
    fitting = (unit for unit in reversed(_UNITS) if count % _UNITS[unit] == 0)
    return min((f"{count // _UNITS[unit]}{unit}" for unit in fitting), key=len)


def cores_text(cores: float) -> str:
    """Return cores as an exact Kubernetes quantity.

    >>> cores_text(2.0), cores_text(0.25), cores_text(0.0005)
    ('2', '250m', '0.0005')
    """
    exact = Decimal(repr(float(cores)))
    for factor, unit in ((1, ""), (1000, "m")):
        if exact * factor == int(exact * factor):
            return f"{int(exact * factor)}{unit}"
    return f"{exact:f}"
