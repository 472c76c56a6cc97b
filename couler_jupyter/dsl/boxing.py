"""What a program finds where it runs, put into its template."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from couler_jupyter.dsl.box_options import PLAIN_BOX, Box
from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.volume import mounts
from couler_jupyter.ir import ConfigRef, EnvVar, FieldRef, SecretRef, Text, as_text

if TYPE_CHECKING:
    from couler_jupyter.dsl.scope import Scope

_REFERENCES = (SecretRef, ConfigRef, FieldRef)


def boxed(box: Box, scope: Scope, text: Callable[[object], Text]) -> dict[str, Any]:
    """Return the fields of `ir.Boxed` that options ask for.

    Args:
        box: the options.
        scope: the workflow that gets the volumes.
        text: makes a variable's value a text of the template.
    """
    if box is PLAIN_BOX:
        return {}
    return {
        "env": tuple(
            EnvVar(name, value if isinstance(value, _REFERENCES) else text(value))
            for name, value in box.env
        ),
        "env_from": box.env_from,
        "mounts": mounts(box.mounts, scope),
        "working_dir": box.working_dir,
        "resources": box.resources,
        "pull_policy": box.pull_policy,
        "pod": box.pod,
    }


def plain_text(given: object) -> Text:
    """Return a variable of a function step as text.

    Raises:
        BuildFailed: it is known only when the workflow runs.
    """
    if isinstance(given, Handle):
        raise misused(
            f"env holds {given._what()}; a function takes values as arguments, so pass it "
            "as one"
        )
    return as_text(given)
