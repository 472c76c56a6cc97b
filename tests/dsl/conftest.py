"""A notebook for the tests of the interface."""

from __future__ import annotations

import pytest

from tests.dsl.capture.conftest import Notebook


@pytest.fixture
def notebook() -> Notebook:
    """A fresh notebook that knows the package as `couler`."""
    notebook = Notebook()
    notebook.cell("import couler_jupyter as couler")
    return notebook
