"""How late a submission is, by the metadata that Gradescope gives its autograders."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Final

from grader.errors import UsageError
from grader.intake.manifest import read_regular

if TYPE_CHECKING:
    from pathlib import Path

_MINUTE: Final = 60


def lateness(path: Path) -> str:
    """Return a sentence that says how late a submission is; empty where it is in time, or nothing is due.

    Parameters
    ----------
    path : Path
        Gradescope's `submission_metadata.json`.

    Raises
    ------
    UsageError
        When it is none.
    """
    try:
        data = json.loads(read_regular(path))
        assignment = data["assignment"]
        created, due, last = (
            _moment(data["created_at"]), _moment(assignment.get("due_date")), _moment(assignment.get("late_due_date"))
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UsageError(
            f"{path} is no metadata of a submission.", "Name Gradescope's submission_metadata.json."
        ) from None
    if created is None or due is None or created <= due:
        return ""
    minutes = int((created - due).total_seconds() // _MINUTE)
    hours, rest = divmod(minutes, 60)
    after = " and after the last late date" if last is not None and created > last else ""
    return f"Handed in {hours} h {rest} min after the due date{after}; points are not changed for it."


def _moment(text: str | None) -> datetime | None:
    found = None if text is None else datetime.fromisoformat(text)
    if found is not None and found.tzinfo is None:
        raise ValueError(text)
    return found
