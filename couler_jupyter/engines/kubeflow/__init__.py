"""Kubeflow Pipelines 2: workflows as PipelineSpecs."""

from couler_jupyter.engines.kubeflow.engine import Kubeflow

__all__ = ["Kubeflow"]
