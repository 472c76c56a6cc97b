"""A controller for the stand-in that runs Tekton's PipelineRuns, their tasks as processes here.

References are replaced as Tekton's controller does, each text once, and then `$(NAME)` and
`$$` as Kubernetes does. Images are not looked at: what runs needs a shell and Python only.
"""

from couler_jupyter.testing.kube.tekton.playing import PlayingTekton

__all__ = ["PlayingTekton"]
