"""A dry run: a program builds its workflow in a process that can do nothing else."""

from couler_jupyter.nl.trying.trial import Tried, try_program

__all__ = ["Tried", "try_program"]
