"""A dataset from where it lies to a folder of the run, whole or not at all."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from pathlib import Path

from couler_jupyter.engines.local.datasets.meaning import id_in
from couler_jupyter.engines.local.placing.copying import (
    Misplaced,
    check,
    measure,
    protect,
)
from couler_jupyter.engines.local.placing.run_folder import remove
from couler_jupyter.engines.local.secrets import Secrets
from couler_jupyter.engines.local.storing.place import base_name
from couler_jupyter.engines.local.storing.trouble import StorageTrouble
from couler_jupyter.engines.local.storing.versions import read_version
from couler_jupyter.engines.shelf import Copy
from couler_jupyter.ir import Dataset, Git


def read(one: Dataset, blank: Copy, place: Path, secrets: Secrets) -> tuple[Copy, Path]:
    """Read a dataset; return what it is and where.

    Args:
        one: what to read.
        blank: what is known of it.
        place: a path in a folder of its own, whose last part does not matter.
        secrets: where credentials are found.

    Raises:
        StorageTrouble: it cannot be read; nothing of it is left.
        NoSecret: a credential is not there.
    """
    started = time.monotonic()
    name = base_name(one.source) or "data"
    path = place.with_name(name)
    try:
        version = read_version(one.source, path, secrets, wanted=id_in(one))
        check(path)
        size, content = measure(path)
        protect(path)
    except BaseException as error:
        remove(place.parent)
        if isinstance(error, Misplaced | OSError):
            raise StorageTrouble(f"{blank.name}: {error}") from None
        raise
    if isinstance(one.source, Git):
        # two clones of a commit differ in what Git keeps for itself
        content = hashlib.sha256(version.encode()).hexdigest()
    copy = replace(
        blank,
        version=version,
        content=content,
        file=name,
        folder=path.is_dir(),
        size=size,
        seconds=time.monotonic() - started,
    )
    return copy, path
