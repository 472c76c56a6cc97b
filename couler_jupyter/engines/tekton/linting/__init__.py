"""What Tekton would refuse, said without a cluster, with places in the text."""

from couler_jupyter.engines.tekton.linting.linter import TektonLinter

__all__ = ["TektonLinter"]
