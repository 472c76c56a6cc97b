"""The offline lint of Argo manifests."""

from couler_jupyter.engines.argo.linting.linter import ArgoLinter

__all__ = ["ArgoLinter"]
