"""The repository that a checkout says it comes from."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def declared_upstream(root: Path) -> str:
    """Return what `[tool.kata] upstream` in a checkout's pyproject.toml says; empty where it says nothing."""
    try:
        table = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
        found = table.get("tool", {}).get("kata", {}).get("upstream", "")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, AttributeError):
        return ""
    return found if isinstance(found, str) else ""
