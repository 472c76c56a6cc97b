"""Where a run is carried out: what all its attempts share."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from couler_jupyter.engines.local.options import Options
from couler_jupyter.engines.local.placing.run_folder import RunFolder
from couler_jupyter.engines.local.secrets import Secrets

if TYPE_CHECKING:
    from couler_jupyter.engines.local.datasets.datasets import Datasets


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What attempts are made with.

    Attributes:
        run_id: the run's id.
        folder: the run's folder.
        logs: the folder of its logs.
        options: how to run.
        secrets: where secrets and config maps are found.
        user_folder: what relative paths of this machine are relative to.
        datasets: what the run reads of its datasets; None to read each anew.
    """

    run_id: str
    folder: RunFolder
    logs: Path
    options: Options = field(default_factory=Options)
    secrets: Secrets = field(default_factory=Secrets)
    user_folder: Path = field(default_factory=Path.cwd)
    datasets: Datasets | None = None
