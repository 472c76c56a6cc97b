"""What stands around the templates of a manifest: its kind, its metadata, its spec."""

from couler_jupyter.engines.argo.whole.beside import CONFIG_MAPS, config_maps_kept
from couler_jupyter.engines.argo.whole.document import document, kind_of
from couler_jupyter.engines.argo.whole.later import later_problems
from couler_jupyter.engines.argo.whole.problems import whole_problems
from couler_jupyter.engines.argo.whole.runners import is_runner, runner_of
from couler_jupyter.engines.argo.whole.versions import (
    NEWEST,
    OLDEST,
    version_problems,
)
from couler_jupyter.engines.argo.whole.volumes import VolumeNames

__all__ = [
    "CONFIG_MAPS",
    "NEWEST",
    "OLDEST",
    "VolumeNames",
    "config_maps_kept",
    "document",
    "is_runner",
    "kind_of",
    "later_problems",
    "runner_of",
    "version_problems",
    "whole_problems",
]
