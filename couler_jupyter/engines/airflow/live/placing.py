"""Putting a DAG file where Airflow's DAG processor finds it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from couler_jupyter.errors import SubmitFailed, UsageFailed

_MARK = "; a generated file."
"""What the first line of each of our DAG files ends with."""


class DagsFolder:
    """A folder of this machine or behind a URL that fsspec knows."""

    def __init__(self, place: str) -> None:
        """Look at nothing yet."""
        self.place = place.rstrip("/") or "/"

    def file(self, name: str) -> str:
        """Return where a file is; a path or a URL."""
        return f"{self.place}/{name}"

    def read(self, name: str) -> str:
        """Return the text of a file; empty if there is none.

        Raises:
            SubmitFailed: it cannot be read.
        """
        try:
            if self._is_remote:
                fs, path = self._remote(name)
                return fs.cat_file(path).decode() if fs.exists(path) else ""
            return Path(self.file(name)).read_text("utf-8")
        except FileNotFoundError:
            return ""
        except Exception as error:  # noqa: BLE001 (whatever stores raise)
            raise self._failed(name, error) from None

    def write(self, name: str, text: str) -> None:
        """Write a file, whole or not at all.

        Raises:
            SubmitFailed: that is no folder, it is read-only, or the file is somebody
                else's.
        """
        if (there := self.read(name)) and not is_ours(there):
            raise SubmitFailed(
                f"{self.file(name)} was not written from a workflow; it stays: name the "
                "workflow in another way"
            )
        try:
            if self._is_remote:
                fs, path = self._remote(name)
                fs.pipe_file(path, text.encode())
            else:
                self._write_here(Path(self.file(name)), text)
        except SubmitFailed:
            raise
        except Exception as error:  # noqa: BLE001 (whatever stores raise)
            raise self._failed(name, error) from None

    def check(self) -> None:
        """See that files can be written there, as far as that shows without.

        Raises:
            SubmitFailed: they cannot.
        """
        if self._is_remote:
            self.read(".couler")
            return
        self._check_here()
        if not os.access(self.place, os.W_OK | os.X_OK):
            raise SubmitFailed(f"{self.place} is read-only; name another by dags")

    @property
    def _is_remote(self) -> bool:
        return "://" in self.place

    def _remote(self, name: str) -> tuple[Any, str]:
        try:
            from fsspec.core import url_to_fs
        except ImportError:
            raise UsageFailed(
                f"{self.place} needs the package fsspec; install couler-jupyter[remote]"
            ) from None
        fs, path = url_to_fs(self.file(name))
        return fs, str(path)

    def _check_here(self) -> None:
        if not Path(self.place).is_dir():
            raise SubmitFailed(
                f"{self.place} is no folder; name the folder of DAGs that Airflow reads "
                "by dags"
            )

    def _write_here(self, path: Path, text: str) -> None:
        self._check_here()
        # no name that ends in .py: Airflow must not see half of it
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            part.write_text(text, "utf-8")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def _failed(self, name: str, error: Exception) -> Exception:
        if isinstance(error, UsageFailed | SubmitFailed):
            return error
        said = getattr(error, "strerror", None) or str(error) or type(error).__name__
        why = " ".join(str(said).split()).lower()
        return SubmitFailed(f"{self.file(name)} cannot be written: {why}")


def is_ours(text: str) -> bool:
    """Whether a DAG file was compiled from a workflow."""
    return text.partition("\n")[0].rstrip('"').endswith(_MARK)
