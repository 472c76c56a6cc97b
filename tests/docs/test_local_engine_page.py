"""docs/local-engine.md and docs/engine-support.md say what the code says."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from couler_jupyter.engines.local import container_service
from couler_jupyter.engines.local.options import Options
from couler_jupyter.engines.local.secrets import variable_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "local-engine.md").read_text(encoding="utf-8")


def test_every_option_is_named_with_its_default() -> None:
    table = PAGE.partition("## Options")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]*?) ?\|", table, re.M))
    assert [*rows] == [field.name for field in fields(Options)]
    plain = Options()
    for name in ("runtime", "scripts", "network"):
        assert rows[name] == f"`{getattr(plain, name)}`"
    assert rows["log_limit"] == f"{plain.log_limit // 2**20} MiB"
    assert rows["keep_work"] == f"`{str(plain.keep_work).lower()}`"


def test_sockets_are_named_in_the_order_they_are_tried() -> None:
    env: Mapping[str, str] = {"XDG_RUNTIME_DIR": "$XDG_RUNTIME_DIR"}
    tried = [str(path) for path in container_service._sockets(env, Path("/"))]
    places = [PAGE.find(f"`{path}`") for path in tried]
    assert -1 not in places
    assert places == sorted(places)


def test_the_variable_of_a_secret() -> None:
    assert f"`{variable_of('warehouse', 'password')}`" in PAGE


def test_the_table_of_engines_is_current() -> None:
    script = ROOT / "scripts" / "engine_support.py"
    subprocess.run([sys.executable, script, "--check"], check=True)
