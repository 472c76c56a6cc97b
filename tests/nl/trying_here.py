"""Building programs in this process, for tests that try many honest ones."""

from __future__ import annotations

import linecache
import re
import sys
from itertools import count
from traceback import extract_tb
from types import ModuleType

from couler_jupyter.dsl import building
from couler_jupyter.errors import CoulerError, InvalidWorkflow
from couler_jupyter.nl.report import Check, Fault
from couler_jupyter.nl.trying import Tried

_NUMBERS = count()
_PLACE = re.compile(r"\s?\(<program \d+>, line (\d+)\)")


def try_here(code: str, name: str) -> Tried:
    """Build a program's workflow in this process, without any guard."""
    place = f"<program {next(_NUMBERS)}>"
    linecache.cache[place] = (len(code), None, code.splitlines(keepends=True), place)
    try:
        with building(name) as built:
            exec(compile(code, place, "exec"), _module(place))
    except InvalidWorkflow as error:
        return Tried(fault=_fault(error, place, Check.VALIDATE))
    except Exception as error:  # noqa: BLE001 (whatever the program does)
        return Tried(fault=_fault(error, place, Check.DRY_RUN))
    finally:
        sys.modules.pop(place, None)
        linecache.cache.pop(place, None)
    if built.workflow is None:
        what = "no step was added; call a step or couler.run_* in it"
        return Tried(fault=Fault(check=Check.DRY_RUN, what=what))
    return Tried(workflow=built.workflow)


def _module(place: str) -> dict[str, object]:
    """Return the names of a module of its own, where classes are looked for."""
    module = ModuleType(place)
    module.__file__ = place
    sys.modules[place] = module
    return vars(module)


def _fault(error: Exception, place: str, check: Check) -> Fault:
    frames = extract_tb(error.__traceback__)
    lines = [one.lineno or 0 for one in frames if one.filename == place]
    told = [int(one) for one in _PLACE.findall(str(error))]
    kind = "" if isinstance(error, CoulerError) else f"{type(error).__name__}: "
    what = _PLACE.sub("", f"{kind}{error}")
    rule = f"{check.replace(' ', '-')}-failed"
    line = [*lines[-1:], *told, 0][0]
    return Fault(check=check, what=what, line=line, rule=rule)
