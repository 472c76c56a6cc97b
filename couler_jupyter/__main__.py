"""`python -m couler_jupyter` is the `couler` command."""

import sys

from couler_jupyter.cli import main

if __name__ == "__main__":
    sys.exit(main())
