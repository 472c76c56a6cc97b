"""The file with a person's targets, read and written; and one beside a notebook.

    $XDG_CONFIG_HOME/couler/targets.toml     COULER_TARGETS names another file

    [staging]
    engine = "argo"
    options = { server = "https://argo.example.org", namespace = "ml" }
    secrets = { token = "env:STAGING_TOKEN" }

A `couler-targets.toml` beside the notebook goes before it, name by name. As it came
with a project that others wrote, it may name no secrets: where a person's own secrets
go is for that person's own file to say.
"""

from __future__ import annotations

import fcntl
import json
import os
import tomllib
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from couler_jupyter.errors import UnknownName, UsageFailed
from couler_jupyter.targets.target import Option, Target, target_of

LOCAL: Final = Target(name="local", engine="local")
"""This machine: always there, unless a file says otherwise of that name."""
PROJECT_FILE: Final = "couler-targets.toml"
_LARGEST = 1 << 20


def targets_path() -> Path:
    """Return the file with the user's own targets; it need not be there."""
    if named := os.environ.get("COULER_TARGETS"):
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("couler") / "targets.toml"


def load_targets(folder: Path | None = None) -> tuple[Target, ...]:
    """Return the targets there are, by name; `local` is always one of them.

    Args:
        folder: of a notebook or project, whose own file goes before the user's.

    Raises:
        UsageFailed: a file is none of targets; with the file and all that is wrong.
    """
    found = {LOCAL.name: LOCAL, **_read(targets_path())}
    if folder is not None:
        found |= _read(folder / PROJECT_FILE, own=False)
    return tuple(found[name] for name in sorted(found))


def target_named(name: str, folder: Path | None = None) -> Target:
    """Return one target.

    Raises:
        UnknownName: there is none of that name.
        UsageFailed: as for `load_targets`.
    """
    found = {one.name: one for one in load_targets(folder)}
    if name not in found:
        raise UnknownName("target", name, found)
    return found[name]


def save_target(target: Target) -> Path:
    """Write a target into the user's own file, in place of one of its name.

    The file is replaced as a whole or not at all; comments in it do not stay.

    Returns:
        The file.

    Raises:
        UsageFailed: the file cannot be read or written.
    """
    path = targets_path()
    with _alone(path):
        found = {**_read(path), target.name: target}
        _write(path, found.values())
    return path


def remove_target(name: str) -> Path:
    """Take a target out of the user's own file, and return the file.

    Raises:
        UnknownName: it is not written there.
        UsageFailed: the file cannot be read or written.
    """
    path = targets_path()
    with _alone(path):
        found = _read(path)
        if found.pop(name, None) is None:
            raise UnknownName("target", name, found)
        _write(path, found.values())
    return path


def _read(path: Path, *, own: bool = True) -> dict[str, Target]:
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageFailed(f"{path}: too big for a file of targets")
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageFailed(f"{path}: {(error.strerror or str(error)).lower()}") from None
    except ValueError as error:
        raise UsageFailed(f"{path}: {' '.join(str(error).split())}") from None
    return {name: _target(name, one, path, own=own) for name, one in given.items()}


def _target(name: str, given: object, path: Path, *, own: bool) -> Target:
    try:
        target = target_of(name, given, str(path))
    except UsageFailed as error:
        raise UsageFailed(f"{path}: {error}") from None
    if not own and any(one.endswith("_from") for one in target.run_options()):
        raise UsageFailed(
            f"{path}: target {name!r}: secrets are not for a project's file; write "
            f"them into {targets_path()}"
        )
    return target


def _write(path: Path, targets: Iterable[Target]) -> None:
    text = "\n".join(_section(one) for one in sorted(targets, key=lambda t: t.name))
    place = path.resolve()  # a link to where it is kept stays one
    partial = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        partial.touch(mode=0o600)
        partial.write_text(text, encoding="utf-8")
        partial.replace(place)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise _unwritable(path, error) from None


def _section(target: Target) -> str:
    lines = [f"[{_quoted(target.name)}]", f"engine = {_quoted(target.engine)}"]
    for kind, table in (("options", target.options), ("secrets", target.secrets)):
        if table:
            lines.append(f"{kind} = {_table(table)}")
    return "\n".join(lines) + "\n"


def _table(table: Mapping[str, Option]) -> str:
    pairs = (f"{name} = {_quoted(value)}" for name, value in table.items())
    return f"{{ {', '.join(pairs)} }}"


def _quoted(value: Option) -> str:
    # of what targets may hold, JSON and TOML write all alike
    return json.dumps(value, ensure_ascii=False)


@contextmanager
def _alone(path: Path) -> Generator[None, None, None]:
    """Keep others, in this process or another, from writing the file inside the `with`."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = path.with_name(f".{path.name}.lock")
        fd = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _unwritable(path: Path, error: OSError) -> UsageFailed:
    why = (error.strerror or str(error)).lower()
    return UsageFailed(f"{path} cannot be written: {why}; COULER_TARGETS names another")
