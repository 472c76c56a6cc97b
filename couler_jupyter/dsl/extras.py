"""What only one engine has a word for."""

from __future__ import annotations

from couler_jupyter.dsl.values import constant
from couler_jupyter.ir import Extra


def extra(engine: str, path: str, value: object, *, ignorable: bool = False) -> Extra:
    """Return something that only one engine has a word for.

    Give it to the option `extras` of a step or of a workflow.

    Args:
        engine: whose word it is, as `argo`.
        path: where it stands in that engine's manifest, as `spec.podGC`.
        value: what stands there; JSON.
        ignorable: whether the workflow means the same without it; other engines
            refuse it otherwise.

    Raises:
        BuildFailed: the value is no JSON.
    """
    return Extra(engine=engine, path=path, value=constant(value), ignorable=ignorable)
