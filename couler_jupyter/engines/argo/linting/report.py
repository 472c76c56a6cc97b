"""Where findings about one document are collected, for a version of Argo."""

from __future__ import annotations

from couler_jupyter.engines.kube import report
from couler_jupyter.engines.kube.report import meant, shown
from couler_jupyter.engines.kube.yaml_reading import Read

__all__ = ["Report", "meant", "shown"]


class Report(report.Report):
    """What was found in one document.

    Attributes:
        version: of Argo, that the document is looked at for.
    """

    def __init__(self, file: str, read: Read, version: tuple[int, int]) -> None:
        super().__init__(file, read)
        self.version = version
