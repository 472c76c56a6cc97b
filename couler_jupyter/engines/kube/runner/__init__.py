"""What a Python function of a workflow runs in, where there is only its image's Python.

The other modules here are shipped as text, the ones that a function needs, behind two
assignments: `SOURCE`, the function's own module, and `STEP`, what it takes and leaves. So
they need no package, and no Python newer than 3.8. Their rules are those of the local
engine: how inputs are read by type, what is plain data and what is pickled.
"""

from couler_jupyter.engines.kube.runner.script import (
    Given,
    Left,
    Task,
    script_of,
    whole_program,
)

__all__ = ["Given", "Left", "Task", "script_of", "whole_program"]
