"""Exit handlers: what runs when all else has ended, and for which ends."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from couler_jupyter.engines.argo.importing.boolean import Unreadable
from couler_jupyter.engines.argo.importing.fields import NoWord, Object
from couler_jupyter.engines.argo.importing.when import read_when
from couler_jupyter.ir import (
    AnyOf,
    Compare,
    Condition,
    Constant,
    ExitHandler,
    Extra,
    Operator,
    Outcome,
    RunField,
    RunRef,
    Value,
)

if TYPE_CHECKING:
    from couler_jupyter.engines.argo.importing.table import Table
