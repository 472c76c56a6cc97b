"""The process of a dry run: import the interface, shut every door, build, answer.

It is run as a script, with nothing but the number of the pipe to answer by.
"""

from __future__ import annotations

import json
import linecache
import os
import re
import sys
from types import ModuleType

FILE = "<ipython-input-1-tried>"  # as a cell is called: classes are looked for in cells
_PLACE = re.compile(r"\s?\(cell \[1\], line (\d+)\)")


def main() -> None:
    """Read what to build, build it, and answer."""
    answers = int(sys.argv[1])
    request = json.loads(sys.stdin.buffer.read())
    readable = (*sys.path, *request["readable"])
    sys.path += request["paths"]
    from couler_jupyter.nl.trying.doors import shut

    _prepare()
    shut(keep=answers, seconds=request["seconds"], readable=readable)
    answer = json.dumps(tried(request["code"], request["name"])).encode()
    while answer:
        answer = answer[os.write(answers, answer) :]


def _prepare() -> None:
    """Import now what the interface imports when it is first used."""
    from importlib import import_module

    for room in ("couler_jupyter.dsl", "couler_jupyter.ir.serde"):
        import_module(room)


def tried(code: str, name: str) -> dict[str, object]:
    """Build a program's workflow; return its JSON, or what is wrong as a fault's fields."""
    from couler_jupyter.errors import CoulerError, InvalidWorkflow

    try:
        return {"workflow": _built(code, name)}
    except SyntaxError as error:
        return _fault("parse", str(error.msg), error.lineno or 0)
    except InvalidWorkflow as error:
        places = [int(found) for found in _PLACE.findall(str(error))]
        return _fault("validate", str(error), _line(error) or (places or [0])[0])
    except CoulerError as error:
        places = [int(found) for found in _PLACE.findall(str(error))]
        return _fault("dry run", str(error), _line(error) or (places or [0])[0])
    except MemoryError:
        return _fault("dry run", "it takes too much memory while it is built", 0)
    except BaseException as error:  # noqa: BLE001 (whatever a program may raise is told)
        return _fault("dry run", f"{type(error).__name__}: {error}", _line(error))


def _built(code: str, name: str) -> str:
    """Build the workflow and return its JSON."""
    from importlib import import_module

    from couler_jupyter.dsl import building
    from couler_jupyter.errors import BuildFailed
    from couler_jupyter.ir import to_json

    program = ModuleType("__main__")
    program.__dict__["couler"] = import_module("couler_jupyter")
    sys.modules["__main__"] = program
    linecache.cache[FILE] = (len(code), None, code.splitlines(keepends=True), FILE)
    with building(name or "workflow") as built:
        exec(compile(code, FILE, "exec", dont_inherit=True), program.__dict__)  # noqa: S102
    if built.workflow is None:
        raise BuildFailed("no step was added; call a step or couler.run_* in it")
    return to_json(built.workflow)


def _line(error: BaseException) -> int:
    """Return the program's innermost line that an error came by, 0 for none."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _fault(check: str, what: str, line: int) -> dict[str, object]:
    rule = f"{check.replace(' ', '-')}-failed"
    plain = _PLACE.sub("", what).replace("cell [1], line", "line")
    told = {"check": check, "what": plain[:4_000], "line": line, "rule": rule}
    return {"fault": told}


if __name__ == "__main__":
    main()
