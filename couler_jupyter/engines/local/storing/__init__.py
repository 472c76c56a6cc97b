"""Storages of artifacts, as the local engine reads and writes them."""
