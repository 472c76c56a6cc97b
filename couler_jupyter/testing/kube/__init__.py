"""A small Kubernetes API server and argo-server for tests, on a port of this machine.

It keeps objects with versions, streams watches and logs, refuses what a real one
refuses, and fails on demand. Tests say how nodes stand, or have `Playing` play a controller.
"""

from couler_jupyter.testing.kube.cluster import Cluster
from couler_jupyter.testing.kube.faults import Fault

__all__ = ["Cluster", "Fault"]
