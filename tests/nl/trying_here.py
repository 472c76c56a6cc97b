"""Building programs in this process, for tests that try many honest ones."""

from __future__ import annotations

import linecache
from dataclasses import dataclass
from itertools import count
from traceback import extract_tb

from couler_jupyter.dsl import building
from couler_jupyter.errors import CoulerError, InvalidWorkflow
from couler_jupyter.ir import Workflow
from couler_jupyter.nl.checking.compiling import as_fault, line_in
from couler_jupyter.nl.report import Check, Fault

_NUMBERS = count()


@dataclass(frozen=True, slots=True)
class Here:
    """What came of building a program in this process."""

    workflow: Workflow | None
    faults: tuple[Fault, ...] = ()


def try_here(code: str, name: str) -> Here:
    """Build a program's workflow in this process, without any guard."""
    place = f"<program {next(_NUMBERS)}>"
    linecache.cache[place] = (len(code), None, code.splitlines(keepends=True), place)
    try:
        with building(name) as built:
            exec(compile(code, place, "exec"), {"__name__": "__main__"})
    except InvalidWorkflow as error:
        return Here(None, tuple(as_fault(Check.DRY_RUN, one) for one in error.problems))
    except Exception as error:
        return Here(None, (_fault(error, place),))
    return Here(built.workflow)


def _fault(error: Exception, place: str) -> Fault:
    frames = extract_tb(error.__traceback__)
    lines = [one.lineno or 0 for one in frames if one.filename == place]
    line = lines[-1] if lines else line_in(str(error))
    kind = "" if isinstance(error, CoulerError) else f"{type(error).__name__}: "
    return Fault(check=Check.DRY_RUN, what=f"{kind}{error}", line=line)
