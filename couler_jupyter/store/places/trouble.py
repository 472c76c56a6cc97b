"""What goes wrong where objects lie, said in one line."""

from __future__ import annotations

import errno
from collections.abc import Generator
from contextlib import contextmanager

from couler_jupyter.errors import StoreFailed

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@contextmanager
def telling(name: str) -> Generator[None]:
    """Turn whatever a file system raises into `StoreFailed`."""
    try:
        yield
    except StoreFailed:
        raise
    except ImportError as error:
        raise StoreFailed(
            f"{name} needs a package that is not installed: {error}"
        ) from error
    except Exception as error:
        # a file system may raise anything: its client library's own errors as well
        raise StoreFailed(f"{name}: {_said(error)}") from error


def _said(error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number in _FULL:
        return "it is full; make room there, or give the store a smaller budget"
    what = getattr(error, "strerror", None) or f"{error}" or type(error).__name__
    line = " ".join(f"{what}".split())
    if number in _FORBIDDEN:
        return f"it cannot be used ({line}); make it writable, or renew the credentials"
    return line
