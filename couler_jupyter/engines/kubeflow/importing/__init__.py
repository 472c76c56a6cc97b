"""PipelineSpecs of Kubeflow Pipelines become workflows; what has no word is kept."""

from couler_jupyter.engines.kubeflow.importing.manifest import (
    KubeflowImporter,
    import_manifest,
    import_manifests,
)

__all__ = ["KubeflowImporter", "import_manifest", "import_manifests"]
