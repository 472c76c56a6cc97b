"""The engines there are, and what checks and reads manifests of theirs, by name."""

from __future__ import annotations

from couler_jupyter.engines.base import Engine, Importer
from couler_jupyter.engines.finding import Linter
from couler_jupyter.registry import Registry

ENGINES: Registry[type[Engine]] = Registry(
    "couler_jupyter.engines",
    {
        "airflow": "couler_jupyter.engines.airflow:Airflow",
        "argo": "couler_jupyter.engines.argo:Argo",
        "kubeflow": "couler_jupyter.engines.kubeflow:Kubeflow",
        "local": "couler_jupyter.engines.local:Local",
        "tekton": "couler_jupyter.engines.tekton:Tekton",
    },
)

LINTERS: Registry[type[Linter]] = Registry(
    "couler_jupyter.linters",
    {
        "argo": "couler_jupyter.engines.argo.linting:ArgoLinter",
        "tekton": "couler_jupyter.engines.tekton.linting:TektonLinter",
    },
)
"""What can say what an engine would refuse, by the engine's name."""

IMPORTERS: Registry[type[Importer]] = Registry(
    "couler_jupyter.importers",
    {
        "argo": "couler_jupyter.engines.argo.importing:ArgoImporter",
        "kubeflow": "couler_jupyter.engines.kubeflow.importing:KubeflowImporter",
        "tekton": "couler_jupyter.engines.tekton.importing:TektonImporter",
    },
)
"""What reads manifests as workflows, by the engine's name."""
