"""Value files: how a Python value passes from one step to another and to people.

One line of JSON says what the file holds, the rest holds it: JSON where that gives
back the very same value, else a pickle (protocol 5).

    {"couler-value":1,"kind":"json","type":"list","length":2,"sources":[]}
    [1,2.5]

A class that a step's source defines is pickled by name, as `__main__.Model`. Whoever
reads it back looks in its own module first, so that `isinstance` holds there, and
then in the sources that the first line names.
"""

from __future__ import annotations

from couler_jupyter.engines.local.values.header import (
    BadValue,
    Unpicklable,
    ValueHeader,
    type_name,
)
from couler_jupyter.engines.local.values.plain import as_json, as_number
from couler_jupyter.engines.local.values.reading import (
    ValueReader,
    part_of,
    read_header,
    read_value,
)
from couler_jupyter.engines.local.values.writing import write_value

__all__ = [
    "BadValue",
    "Unpicklable",
    "ValueHeader",
    "ValueReader",
    "as_json",
    "as_number",
    "part_of",
    "read_header",
    "read_value",
    "type_name",
    "write_value",
]
