"""What every oracle needs: the reference of an exercise, and a processor that it does not fight over."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.references import load_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.references import References


@pytest.fixture(scope="session")
def reference() -> References:
    """The loader of references: `reference("nms")` is the module `solutions/vision/nms/nms.py`, loaded once."""
    return load_reference


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Torch works in one thread: small tensors gain nothing from more, and on a busy machine they wait for each other."""
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
