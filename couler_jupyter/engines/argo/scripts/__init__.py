"""Scripts that are too long for their manifest: they go into ConfigMaps beside it.

Only the text of a script moves. Its template mounts the ConfigMap and runs the file; all
else of it stays. What a script is in there can be read back, so that a manifest with its
ConfigMaps is the same workflow as one that holds its scripts itself.
"""

from couler_jupyter.engines.argo.scripts.config_maps import (
    LARGEST,
    MOST_MAPS,
    is_config_map,
)
from couler_jupyter.engines.argo.scripts.moving import moved_out
from couler_jupyter.engines.argo.scripts.returning import brought_back, used_by

__all__ = [
    "LARGEST",
    "MOST_MAPS",
    "brought_back",
    "is_config_map",
    "moved_out",
    "used_by",
]
