"""How many threads numerical libraries may start, said in their variables."""

from __future__ import annotations

_NAMES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def thread_variables(cores: float | None) -> dict[str, str]:
    """Return the variables for a step that may use so many cores; None sets none.

    >>> thread_variables(2.5)["OMP_NUM_THREADS"]
    '2'
    """
    if cores is None:
        return {}
    return dict.fromkeys(_NAMES, str(max(1, int(cores))))
