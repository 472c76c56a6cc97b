"""Prose in, a checked workflow out: proposed, and never run by itself."""
