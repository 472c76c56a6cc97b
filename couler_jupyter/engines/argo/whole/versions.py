"""What older versions of Argo have no word for.

Sources: https://argo-workflows.readthedocs.io/en/latest/upgrading/ and the release notes.
"""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.engines.argo.whole.walk import all_steps
from couler_jupyter.errors import Problem
from couler_jupyter.ir import Workflow

OLDEST = "3.6"
NEWEST = "4.1"
_CAPPED = (3, 7)


def version_problems(workflow: Workflow, version: str) -> Iterator[Problem]:
    """Yield what of a workflow a version such as `3.6` cannot say.

    Raises:
        ValueError: that is no version, or one that this compiler does not know.
    """
    known = parse_version(version)
    if known >= _CAPPED:
        return
    for path, step in all_steps(workflow):
        retry = step.retry
        if retry is not None and retry.backoff and retry.backoff.longest is not None:
            what = f"its longest wait between attempts needs Argo 3.7, not {version}"
            yield Problem(f"step {path!r}", what)


def parse_version(version: str) -> tuple[int, int]:
    """Return the two numbers of a version.

    >>> parse_version("v4.0.5")
    (4, 0)

    Raises:
        ValueError: that is no version, or an older one than `OLDEST`.
    """
    first, _, rest = version.removeprefix("v").partition(".")
    second = rest.partition(".")[0]
    if not (first.isdecimal() and second.isdecimal()):
        raise ValueError(f"{version!r} is no version of Argo; write {NEWEST}")
    if (int(first), int(second)) < (3, 6):
        raise ValueError(f"Argo {version} is too old; the oldest is {OLDEST}")
    return int(first), int(second)
