"""Manifests of Argo become workflows: words of the IR as far as they go, the rest kept."""

from couler_jupyter.engines.argo.importing.manifest import (
    ArgoImporter,
    import_manifest,
    import_manifests,
    is_manifest,
)

__all__ = ["ArgoImporter", "import_manifest", "import_manifests", "is_manifest"]
