"""The page on runs on Argo says what the code says."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from couler_jupyter.engines.argo.live.options import LiveOptions
from couler_jupyter.engines.kube.troubles import TROUBLES

PAGE = Path("docs/argo-runs.md").read_text("utf-8")


def test_every_option_is_named() -> None:
    named = re.findall(r"^\| `(\w+)` \|", PAGE, re.M)
    assert named == [one.name for one in fields(LiveOptions) if one.name != "compile"]


def test_every_trouble_is_told_with_its_policy() -> None:
    rows = re.findall(r"^\| ([a-z-]+) \| ([a-z ]+) \| (.+) \|$", PAGE, re.M)
    told = [(one.name, one.policy.replace("-", " "), one.advice) for one in TROUBLES]
    assert rows[1:] == told
