"""What stands beside an imported manifest and is kept as it is: its ConfigMaps."""

from __future__ import annotations

from couler_jupyter.engines.argo.extras import form
from couler_jupyter.engines.argo.scripts import is_config_map
from couler_jupyter.engines.argo.templates import Fields
from couler_jupyter.ir import Workflow

CONFIG_MAPS = "configMaps"
"""The form that lists them: those with scripts that could not be put into the manifest."""


def config_maps_kept(workflow: Workflow) -> tuple[Fields, ...]:
    """Return the ConfigMaps that a workflow was imported with and still uses."""
    kept = form(workflow.extras, CONFIG_MAPS) if workflow.extras else None
    return tuple(filter(is_config_map, kept)) if isinstance(kept, list) else ()
