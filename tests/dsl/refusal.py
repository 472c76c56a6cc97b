"""A block that writes a workflow and must be refused."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeAlias

import pytest

import couler_jupyter as couler

loose: Any = couler
"""The interface without its types, so that it can be used wrongly."""

Caught: TypeAlias = pytest.ExceptionInfo[couler.CoulerError]


@contextmanager
def refused(
    what: str,
    kind: type[couler.CoulerError] = couler.BuildFailed,
    *,
    block: AbstractContextManager[object] | None = None,
) -> Generator[Caught]:
    """Write a workflow that must be refused with a message like `what`.

    Args:
        what: a pattern of the message.
        kind: what is raised.
        block: the block it is written in, unless that is of no interest.
    """
    with pytest.raises(kind, match=what) as caught, block or couler.workflow("w"):
        yield caught
