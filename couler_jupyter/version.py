"""The version of the package, for whoever must say what wrote a file."""

__version__ = "0.1.0"
