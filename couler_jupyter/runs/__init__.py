"""Runs on disk: the single truth about what ran, read and written by many processes."""

from couler_jupyter.runs.follow import Batch, follow
from couler_jupyter.runs.log import read_log, read_whole_lines, tail
from couler_jupyter.runs.record import Command, RunRecord, StepRecord
from couler_jupyter.runs.store import RunStore

__all__ = [
    "Batch",
    "Command",
    "RunRecord",
    "RunStore",
    "StepRecord",
    "follow",
    "read_log",
    "read_whole_lines",
    "tail",
]
