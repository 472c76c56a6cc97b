"""The Code Lake: examples of workflows that are found by what somebody wishes for."""

from couler_jupyter.nl.lake.entry import Entry, read_entry, write_entry
from couler_jupyter.nl.lake.finding import Embed, Hit
from couler_jupyter.nl.lake.lake import Lake, lake_folder
from couler_jupyter.nl.lake.saving import save_entry

__all__ = [
    "Embed",
    "Entry",
    "Hit",
    "Lake",
    "lake_folder",
    "read_entry",
    "save_entry",
    "write_entry",
]
