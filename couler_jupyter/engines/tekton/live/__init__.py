"""Runs on Tekton: submitted, followed by a process of their own, and controlled."""
