"""The toy catalogue, copied where a test may change it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

TOYS: Final = Path(__file__).parent / "toy_catalog"
# Attempts at the toy exercise `halve`.
RIGHT: Final = "def halve(n):\n    return n // 2\n"
WRONG: Final = "def halve(n):\n    print('halving', n)\n    return int(n / 2)\n"


def copy_toys(folder: Path) -> Path:
    """Copy the toy catalogue into a folder and return its root."""
    root = folder / "toys"
    shutil.copytree(TOYS, root, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def edit(path: Path, old: str, new: str) -> None:
    """Replace one piece of a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    path.write_text(text.replace(old, new), encoding="utf-8")
