"""Value files without their run: the sources they name travel inside.

One line of JSON (type, length, the texts of the sources), then the pickle itself. The
same value has the same bytes in every run.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import IO

from couler_jupyter.engines.local.placing.run_folder import RunFolder
from couler_jupyter.engines.local.values.header import VERSION, BadValue, header_of

_CHUNK = 1 << 20
_LONGEST_LINE = 64 << 20


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a value file's portable form."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        digest.update(_first_line(path, file))
        while data := file.read(_CHUNK):
            digest.update(data)
    return digest.hexdigest()


def make_portable(path: Path, target: Path) -> Path:
    """Write the portable form of a value file and return where it is."""
    with path.open("rb") as file, target.open("wb") as out:
        out.write(_first_line(path, file))
        shutil.copyfileobj(file, out, _CHUNK)
    return target


def make_own(portable: Path, target: Path, folder: RunFolder) -> None:
    """Write a value file of a run from its portable form.

    Raises:
        BadValue: it is none.
    """
    with portable.open("rb") as file:
        try:
            told = json.loads(file.readline(_LONGEST_LINE))
            kept = [str(folder.source(text, ".py")) for text in told["sources"]]
            header = {
                "couler-value": VERSION,
                "kind": "pickle",
                "type": told["type"],
                "length": told["length"],
                "sources": kept,
            }
        except (ValueError, TypeError, KeyError) as error:
            raise BadValue(f"{portable}: not a kept value") from error
        fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fd, "wb") as out:
            out.write(json.dumps(header).encode() + b"\n")
            shutil.copyfileobj(file, out, _CHUNK)


def _first_line(path: Path, file: IO[bytes]) -> bytes:
    header = header_of(path, file)
    told = {
        "type": header.type,
        "length": header.length,
        "sources": [_source(Path(one)) for one in header.sources],
    }
    return json.dumps(told).encode() + b"\n"


def _source(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "surrogateescape")
