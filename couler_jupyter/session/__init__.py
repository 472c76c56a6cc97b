"""What one notebook holds, and what it does with it."""

from couler_jupyter.session.arguments import check_arguments, read_pairs
from couler_jupyter.session.load import LOADERS, Loader, load_file
from couler_jupyter.session.run_handle import RunHandle
from couler_jupyter.session.session import Session

__all__ = [
    "LOADERS",
    "Loader",
    "RunHandle",
    "Session",
    "check_arguments",
    "load_file",
    "read_pairs",
]
