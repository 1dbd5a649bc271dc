"""What every oracle needs: the reference of an exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.references import load_reference

if TYPE_CHECKING:
    from tests.support.references import References


@pytest.fixture(scope="session")
def reference() -> References:
    """The loader of references: `reference("nms")` is the module `solutions/vision/nms/nms.py`, loaded once."""
    return load_reference
