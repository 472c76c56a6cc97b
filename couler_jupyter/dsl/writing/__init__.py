"""Workflows as Python: from values of the IR to code that writes them again."""

from couler_jupyter.dsl.writing.proving import Written, to_python

__all__ = ["Written", "to_python"]
