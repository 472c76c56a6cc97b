"""Pipelines, tasks and runs of Tekton become workflows; what has no word is kept."""

from couler_jupyter.engines.tekton.importing.manifest import (
    TektonImporter,
    import_manifest,
    import_manifests,
)

__all__ = ["TektonImporter", "import_manifest", "import_manifests"]
