"""The seed of the inputs of hidden tests."""

from __future__ import annotations

import os
from typing import Final

_BYTES: Final = 6


def new_seed() -> int:
    """Draw a seed that nobody can foresee."""
    return int.from_bytes(os.urandom(_BYTES), "big")
