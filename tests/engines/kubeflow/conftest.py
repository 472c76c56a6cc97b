"""What of this folder is no test."""

from __future__ import annotations

collect_ignore = ["run_kfp.py"]  # run in an environment that has kfp
