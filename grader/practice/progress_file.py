"""`progress.json`: standings by slug beside the database, so that `kata list` need not open it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from grader.model import Level
from grader.practice.standing import Standing, dump_layers, load_layers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PROGRESS: Final = "progress.json"
_FORMAT: Final = 2


def read(folder: Path) -> dict[str, Standing] | None:
    """Return the standings by slug; None where the file is missing, or is something else."""
    try:
        found = json.loads((folder / PROGRESS).read_text(encoding="utf-8"))
        if "format" not in found:  # `{"iou": "solved"}`, of the time when solved meant that every case passed
            return {slug: Standing(Level.FULL if how == "solved" else Level.NONE) for slug, how in found.items()}
        rows = found["exercises"].items()
        return {
            slug: Standing(Level(row["level"]), load_layers(row["layers"]), bool(row.get("retested")))
            for slug, row in rows
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def dump(standings: Mapping[str, Standing]) -> bytes:
    """Return the content of the file."""
    rows = {
        slug: {"level": standing.level, "layers": dump_layers(standing.layers)}
        | ({"retested": True} if standing.retested else {})
        for slug, standing in standings.items()
    }
    return (json.dumps({"format": _FORMAT, "exercises": rows}, indent=1, sort_keys=True) + "\n").encode()
