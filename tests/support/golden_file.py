"""Compare a text with a file under `tests/support/golden/`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

GOLDEN: Final = Path(__file__).parent / "golden"


def assert_golden(name: str, text: str) -> None:
    """Compare, or rewrite the file when UPDATE_GOLDEN is set, so that a diff can be reviewed."""
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text
