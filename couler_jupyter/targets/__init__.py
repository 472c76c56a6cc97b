"""Targets: places where workflows run, by the names that a person gave them."""

from couler_jupyter.targets.file import (
    LOCAL,
    PROJECT_FILE,
    load_targets,
    remove_target,
    save_target,
    target_named,
    targets_path,
)
from couler_jupyter.targets.secret import is_reference, read_secret, secret_fault
from couler_jupyter.targets.target import Option, Target, target_of

__all__ = [
    "LOCAL",
    "PROJECT_FILE",
    "Option",
    "Target",
    "is_reference",
    "load_targets",
    "read_secret",
    "remove_target",
    "save_target",
    "secret_fault",
    "target_named",
    "target_of",
    "targets_path",
]
