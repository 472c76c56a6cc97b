"""Secrets and config maps of runs on this machine: where their values are found.

A workflow names them; the values come from environment variables or files and go to
the step alone. They are never in the run store, in a manifest or in a log.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from couler_jupyter.ir import ConfigRef, SecretRef

_ENV = "COULER_SECRET_"
_UNSAFE = re.compile(r"[/\0]|^\.\.?$")


class NoSecret(LookupError):
    """A secret or config map has no value here; says where to put it."""


class Secrets:
    """Finds values by reference.

    A secret's value is looked for in the variable `COULER_SECRET_<NAME>_<KEY>`, then
    in the file `<folder>/secrets/<name>/<key>` (`$COULER_SECRETS/<name>/<key>` if
    that is set), then in the system's key ring where the package keyring is
    installed. A config map's is in `<folder>/configs/<name>/<key>`.
    """

    def __init__(
        self, folder: Path | None = None, env: Mapping[str, str] | None = None
    ) -> None:
        """Prepare to look.

        Args:
            folder: of this person's configuration; None for the usual one.
            env: environment variables; None for those of this process.
        """
        self._env = os.environ if env is None else env
        self._folder = folder

    def value(self, ref: SecretRef) -> str | None:
        """Return the value of a secret; None if it is optional and not there.

        Raises:
            NoSecret: it is not there.
        """
        found = self._env.get(variable_of(ref.name, ref.key))
        if found is None:
            found = _read(self._secrets, ref.name, ref.key)
        if found is None:
            found = _from_key_ring(ref)
        if found is None and not ref.optional:
            raise NoSecret(
                f"secret {ref.name!r} has no key {ref.key!r} here; set "
                f"{variable_of(ref.name, ref.key)} or write it to "
                f"{self._secrets / ref.name / ref.key}"
            )
        return found

    def config(self, ref: ConfigRef) -> str | None:
        """Return a value of a config map; None if it is optional and not there.

        Raises:
            NoSecret: it is not there.
        """
        found = _read(self._configs, ref.name, ref.key)
        if found is None and not ref.optional:
            where = self._configs / ref.name / ref.key
            raise NoSecret(
                f"config map {ref.name!r} has no key {ref.key!r} here; "
                f"write it to {where}"
            )
        return found

    def all_of(self, name: str, *, config: bool, optional: bool) -> dict[str, str]:
        """Return all keys of a secret or a config map with their values.

        Of a secret that is given by variables, keys are as the variables spell them.

        Raises:
            NoSecret: there is none.
        """
        folder = (self._configs if config else self._secrets) / name
        found = {} if config else self._in_variables(name)
        if _UNSAFE.search(name) is None and folder.is_dir():
            for file in sorted(folder.iterdir()):
                if file.is_file() and not file.name.startswith("."):
                    found[file.name] = file.read_text(encoding="utf-8").rstrip("\n")
        if not found and not optional:
            what = "config map" if config else "secret"
            raise NoSecret(f"no {what} {name!r} here; write its keys to {folder}/")
        return found

    @property
    def _secrets(self) -> Path:
        if chosen := self._env.get("COULER_SECRETS"):
            return Path(chosen)
        return self._home / "secrets"

    @property
    def _configs(self) -> Path:
        return self._home / "configs"

    @property
    def _home(self) -> Path:
        if self._folder is None:
            from platformdirs import user_config_path

            self._folder = user_config_path("couler")
        return self._folder

    def _in_variables(self, name: str) -> dict[str, str]:
        start = variable_of(name, "")
        return {
            variable.removeprefix(start): value
            for variable, value in self._env.items()
            if variable.startswith(start) and variable != start
        }


def variable_of(name: str, key: str) -> str:
    """Return the environment variable that may hold a key of a secret.

    >>> variable_of("my-db", "pass.word")
    'COULER_SECRET_MY_DB_PASS_WORD'
    """
    return _ENV + re.sub(r"[^A-Z0-9]", "_", f"{name}_{key}".upper())


def _read(folder: Path, name: str, key: str) -> str | None:
    if _UNSAFE.search(name) or _UNSAFE.search(key):
        return None
    try:
        return (folder / name / key).read_text(encoding="utf-8").rstrip("\n")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise NoSecret(f"{folder / name / key} cannot be read: {error}") from error


def _from_key_ring(ref: SecretRef) -> str | None:
    try:
        import keyring
    except ImportError:
        return None
    try:
        found = keyring.get_password(f"couler/{ref.name}", ref.key)
    except keyring.errors.KeyringError:
        return None  # no key ring on this machine
    return None if found is None else str(found)
