"""The names a program may use while it writes a workflow, and those nobody may take."""

from __future__ import annotations

import builtins
import math
import sys
from collections.abc import Mapping
from functools import cache

from couler_jupyter.nl.gate.word_list import words

COULER = "couler_jupyter"
STEP, WORKFLOW = f"{COULER}.step", f"{COULER}.workflow"
ARTIFACT = f"{COULER}.Artifact"

_NOT_OF_COULER = frozenset(
    {"building", "load_ipython_extension", "unload_ipython_extension"}
)
_NOT_OF_IR = frozenset({"Function", "from_document", "from_json", "from_yaml"})
"""What would carry a step's Python as a text, past the rules on step bodies."""
_ZOO = {
    "katib": "tune Range",
    "mpi": "train Replica",
    "pytorch": "train Replica",
    "tensorflow": "train Replica",
    "replica": "Replica",
}
_TYPES = (
    "Any Annotated Callable ClassVar Dict Final FrozenSet Iterable Iterator List Literal "
    "Mapping NamedTuple NotRequired Optional Required Sequence Set Tuple TypeAlias "
    "TypedDict Union TYPE_CHECKING"
)
_PARTS = {
    "__future__": "annotations",
    "collections": "Counter OrderedDict defaultdict",
    "collections.abc": "Callable Iterable Iterator Mapping Sequence Set",
    "datetime": "timedelta",
    "functools": "partial reduce",
    "itertools": "accumulate chain combinations islice pairwise permutations product "
    "starmap zip_longest",
    "json": "dumps loads",
    "string": "ascii_letters ascii_lowercase ascii_uppercase digits",
    "textwrap": "dedent indent",
    "typing": _TYPES,
    "typing_extensions": _TYPES,
}
_BIG_MATH = frozenset({"comb", "factorial", "perm", "prod"})

TYPING = frozenset({"typing", "typing_extensions"})

BUILTINS = words(
    """
    AssertionError Ellipsis Exception IndexError KeyError LookupError NotImplemented
    RuntimeError TypeError ValueError abs all any bool callable chr dict divmod
    enumerate filter float frozenset int isinstance iter len list map max min next ord
    print range repr reversed round set slice sorted str sum tuple zip
    """
)
"""Built-ins that can be used while a workflow is written: none reaches out."""

ALL_BUILTINS = frozenset(dir(builtins))
TAKEN = (ALL_BUILTINS | {"get_ipython", "display", "In", "Out", "couler"}) - {"_"}
"""Names that a cell may not give another meaning: the notebook would go on with it."""

STANDARD = frozenset(sys.stdlib_module_names)

UNUSED_HERE = words(
    """
    abc argparse array base64 bisect calendar contextlib copy csv dataclasses datetime
    decimal difflib enum fractions glob gzip hashlib heapq hmac html io logging numbers
    operator os pathlib pickle platform pprint queue random re secrets shutil sqlite3
    statistics string struct sys tarfile tempfile time unicodedata urllib urllib.parse
    urllib.request uuid warnings xml.etree.ElementTree zipfile zlib zoneinfo
    """
)
"""Modules of Python that may be imported at the top for the steps' sake."""


@cache
def modules() -> Mapping[str, frozenset[str]]:
    """Return the modules that writing a workflow may use, and which of their names."""
    from importlib import import_module

    from couler_jupyter import ir
    from couler_jupyter.engines.argo import words

    parts = {name: frozenset(names.split()) for name, names in _PARTS.items()}
    parts["math"] = frozenset(
        name for name in dir(math) if not name.startswith("_") and name not in _BIG_MATH
    )
    couler = import_module(COULER)  # the front, which lazily leads to every floor
    parts[COULER] = frozenset(couler.__all__) - _NOT_OF_COULER
    parts[f"{COULER}.ir"] = frozenset(ir.__all__) - _NOT_OF_IR
    parts[f"{COULER}.engines.argo.words"] = frozenset(words.__all__)
    parts[f"{COULER}.zoo"] = frozenset()
    parts |= {
        f"{COULER}.zoo.{one}": frozenset(own.split()) for one, own in _ZOO.items()
    }
    return parts


def is_dunder(name: str) -> bool:
    """Tell whether a name is one of Python's own, as `__globals__`."""
    return name.startswith("__")
