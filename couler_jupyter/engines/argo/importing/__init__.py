"""Manifests of Argo become workflows: words of the IR as far as they go, the rest kept."""
