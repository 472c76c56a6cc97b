"""How long importing the package and loading the extension takes, in fresh processes.

    python benchmarks/import_time.py

The peer is IPython itself: a fresh kernel has to load it anyway.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys

CASES = {
    "import couler_jupyter": ("", "import couler_jupyter"),
    "%load_ext couler_jupyter": (
        (
            "from IPython.core.interactiveshell import InteractiveShell\n"
            "shell = InteractiveShell.instance()"
        ),
        "shell.run_line_magic('load_ext', 'couler_jupyter')",
    ),
    "%load_ext in a kernel": (
        (
            "import ipykernel.ipkernel, ipykernel.zmqshell\n"
            "from IPython.core.interactiveshell import InteractiveShell\n"
            "shell = InteractiveShell.instance()"
        ),
        "shell.run_line_magic('load_ext', 'couler_jupyter')",
    ),
    "peer: import IPython": ("", "import IPython"),
    "peer: import dask.distributed": ("", "import distributed"),
}
TIMED = """
{before}
import time
start = time.perf_counter()
{what}
print("SECONDS", time.perf_counter() - start)
"""


def seconds(before: str, what: str) -> float:
    """Return how long `what` takes in a fresh process, after `before`."""
    code = TIMED.format(before=before, what=what)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    line = next(one for one in done.stdout.splitlines() if one.startswith("SECONDS"))
    return float(line.split()[1])


def main() -> None:
    """Time each case and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    for name, (before, what) in CASES.items():
        seconds(before, what)
        taken = [seconds(before, what) for _ in range(given.runs)]
        print(f"{name:<32}{1000 * statistics.median(taken):>8.0f} ms")


if __name__ == "__main__":
    main()
