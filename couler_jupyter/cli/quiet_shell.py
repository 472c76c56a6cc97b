"""A shell that runs cells and leaves it to its caller to tell of errors."""

from __future__ import annotations

from IPython.core.interactiveshell import InteractiveShell


class QuietShell(InteractiveShell):
    """An IPython shell without tracebacks; errors are in what `run_cell` returns."""

    def _showtraceback(self, etype: object, evalue: object, stb: object) -> None:
        """Show nothing."""
