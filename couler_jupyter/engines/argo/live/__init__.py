"""Runs on Argo: submitted, followed by a process of their own, and controlled."""
