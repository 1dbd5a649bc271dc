"""The repository that a checkout says it comes from: `[tool.kata] upstream` in its pyproject.toml, and nowhere else."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

# Names that stand in a fresh copy of this project. Nobody here owns them: whoever registers one would grade everybody.
PLACEHOLDERS: Final = frozenset({"owner/repo", "mlkata/mlkata"})
_PACKAGE: Final = "mlkata"


def declared_upstream(root: Path) -> str:
    """Return what `[tool.kata] upstream` in a checkout's pyproject.toml says; empty where it says nothing."""
    try:
        table = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
        found = table.get("tool", {}).get("kata", {}).get("upstream", "")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, AttributeError):
        return ""
    return found if isinstance(found, str) else ""


def is_placeholder(name: str) -> bool:
    """Tell whether `OWNER/REPO` only stands for a repository that is still to be named."""
    return name.lower() in PLACEHOLDERS


def address_of(name: str) -> str:
    """Return the address of `OWNER/REPO`, which means GitHub; an address or a path stays what it is."""
    if not name or ":" in name or name.startswith("/"):
        return name
    return f"https://github.com/{name}"


def home() -> str:
    """Return the address of the repository that this package comes from; empty where nothing says it.

    In a checkout its settings say it. A wheel holds none: there its metadata does, which was written from the same file.
    """
    declared = declared_upstream(Path(__file__).parents[2])
    if declared:
        return address_of(declared)
    from importlib import metadata

    try:
        rows = metadata.metadata(_PACKAGE).get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        return ""
    return next((row.partition(",")[2].strip() for row in rows if row.startswith("Source,")), "")
