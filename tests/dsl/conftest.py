"""A notebook for the tests of the interface."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.dsl.capture.conftest import Notebook, opened


@pytest.fixture
def notebook() -> Iterator[Notebook]:
    """A fresh notebook that knows the package as `couler`."""
    with opened() as made:
        made.cell("import couler_jupyter as couler")
        yield made
