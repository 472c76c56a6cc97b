"""Whether the source of a function can be read, and has the function."""

from __future__ import annotations

import symtable
import warnings
from functools import lru_cache


@lru_cache(maxsize=4096)
def function_fault(source: str, entrypoint: str) -> str | None:
    """Return what is wrong with the Python source of a function, or None.

    Many steps run the same function, and reading source takes a while; hence the cache.
    """
    if not entrypoint.isidentifier():
        return f"{entrypoint!r} is no name of a Python function"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            names = symtable.symtable(source, "<function>", "exec")
            found = names.lookup(entrypoint)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return f"its Python source cannot be read: {str(error) or type(error).__name__}"
    except KeyError:
        return f"its Python source has no function {entrypoint!r}"
    if not (found.is_assigned() or found.is_imported()):
        return f"its Python source has no function {entrypoint!r}"
    return None
