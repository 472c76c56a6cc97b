"""What is wrong with a program, in words that say what would be right."""

from couler_jupyter.nl.checking.whole import Tried, Tryer, check

__all__ = ["Tried", "Tryer", "check"]
