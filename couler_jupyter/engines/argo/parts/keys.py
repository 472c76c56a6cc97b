"""What tells a part from another: what it does, what it is given, who made what it takes.

Two parts of one key do the same to the same, so one of them need not be run.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from couler_jupyter.ir import Json

KEY_LABEL = "couler-jupyter/part-key"
"""The label that is the key of the part."""
_DIGITS = 32
_WHOLE = re.compile(r"workflow\.parameters(?!\.[\w-])|workflow\.parameters\.json\b")


def part_key(digest: str, given: Mapping[str, Json], origins: Mapping[str, str]) -> str:
    """Return the key of a part.

    Args:
        digest: of what it does.
        given: the arguments of the run that it uses.
        origins: by the steps of other parts that it takes something from or waits for,
            the run that each of them really ran in.

    >>> part_key("d", {}, {"a": "run-1"}) == part_key("d", {}, {"a": "run-2"})
    False
    """
    text = json.dumps([digest, given, origins], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def used_arguments(spec: Mapping[str, Any]) -> dict[str, list[Json]]:
    """Return of the arguments of a Workflow what the rest of it mentions.

    All of them where it takes them as a whole, or by names that are made up as it runs.
    """
    given: Mapping[str, list[Json]] = spec.get("arguments") or {}
    rest = json.dumps({key: one for key, one in spec.items() if key != "arguments"})
    if _WHOLE.search(rest):
        return dict(given)
    return {
        kind: [one for one in each if one["name"] in rest]
        for kind, each in given.items()
    }
