"""`import couler.argo` while an old script is loaded: its modules are those of here."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType

_HERE = "couler_jupyter.compat"
_INTERFACE = f"{_HERE}.argo"
_STEPS = ("katib", "mpi", "pytorch", "tensorflow")
_SYNTAX = (
    "concurrent",
    "conditional",
    "dag",
    "dns",
    "exit_handler",
    "image_pull_secret",
    "loop",
    "predicates",
    "recursion",
    "toleration",
    "volume",
)
_TEMPLATES = (
    "artifact",
    "cache",
    "dns",
    "image_pull_secret",
    "secret",
    "toleration",
    "volume",
    "volume_claim",
)


@contextmanager
def old_names() -> Generator[None]:
    """Have `couler` and its modules be the interface here while the block runs.

    An installed Couler SDK is not seen meanwhile, and is there again afterwards.
    """
    had = {name: sys.modules.pop(name) for name in list(sys.modules) if _is_old(name)}
    sys.modules.update(_modules())
    try:
        yield
    finally:
        for name in [name for name in sys.modules if _is_old(name)]:
            del sys.modules[name]
        sys.modules.update(had)


def _modules() -> dict[str, ModuleType]:
    """Return the modules of the open SDK by name, each with those inside it."""
    made: dict[str, ModuleType] = {}
    for name, real in _pairs():
        module = made[name] = ModuleType(name, f"The open SDK's {name}.")
        module.__path__ = []
        source = import_module(real)
        public = [one for one in dir(source) if not one.startswith("__")]
        vars(module).update({one: getattr(source, one) for one in public})
        parent, _, last = name.rpartition(".")
        if parent and last not in vars(made[parent]):
            setattr(made[parent], last, module)
    return made


def _pairs() -> Iterator[tuple[str, str]]:
    """Yield old names and where the same is here, each after the one it stands in."""
    for name in ("couler", "couler.argo", "couler.argo_submitter", "couler.core"):
        yield name, _INTERFACE
    for name in ("config", "constants", "run_templates"):
        yield f"couler.core.{name}", _INTERFACE
    yield "couler.core.states", f"{_HERE}.states"
    for package, names in (("syntax", _SYNTAX), ("templates", _TEMPLATES)):
        yield f"couler.core.{package}", _INTERFACE
        yield from ((f"couler.core.{package}.{name}", _INTERFACE) for name in names)
    yield "couler.steps", f"{_HERE}.steps"
    yield from ((f"couler.steps.{name}", f"{_HERE}.steps.{name}") for name in _STEPS)


def _is_old(name: str) -> bool:
    return name == "couler" or name.startswith("couler.")
