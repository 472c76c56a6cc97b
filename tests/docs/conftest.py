from __future__ import annotations

from tests.magics.conftest import cell, session, shell

__all__ = ["cell", "session", "shell"]
