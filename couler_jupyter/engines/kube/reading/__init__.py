"""Kubernetes' own objects, read into the words of the IR by whoever imports manifests."""
