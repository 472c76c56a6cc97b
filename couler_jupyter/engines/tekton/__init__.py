"""Tekton: workflows as a Pipeline and the PipelineRun that runs it."""

from couler_jupyter.engines.tekton.engine import Tekton

__all__ = ["Tekton"]
