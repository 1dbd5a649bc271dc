"""What a learner wrote down: notes to exercises, answers to questions; they lie in the history, so they travel with it."""

from __future__ import annotations

import time
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from grader.practice.database import Database

_SITTING_S: Final = 600.0  # what is written within it is one version; older versions stay in the history
_STEP_S: Final = 0.001


class About(StrEnum):
    """What words are about."""

    EXERCISE = "note"
    QUESTION = "answer"


class OwnWords:
    """A learner's notes and answers.

    Of two machines that wrote about the same thing, the one that wrote last is shown once their histories are united.

    Parameters
    ----------
    database : Database
        The one of the history.

    Raises
    ------
    DataFolderError
        By every method, when the database cannot be used.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, about: About, name: str) -> str:
        """Return what was written last about an exercise or a question; empty where nothing was."""
        return self._newest(about, name)[1]

    def write(self, about: About, name: str, text: str) -> None:
        """Keep what is written now about an exercise or a question; once this returns it survives a crash."""
        with self._database.transaction():
            last, found = self._newest(about, name)
            if found == text:
                return
            # After the one before it, whatever the clock says, because a union brings them in the order of time.
            now = max(time.time(), last + _STEP_S)
            kind = about.value
            self._database.execute(
                "DELETE FROM events WHERE slug = ? AND kind = ? AND at > ?", name, kind, now - _SITTING_S
            )
            self._database.insert("events", at=now, slug=name, kind=kind, detail=text.encode("utf-8", "replace"))

    def written(self, about: About) -> frozenset[str]:
        """Return the names of everything that something is written about."""
        rows = self._database.rows("SELECT DISTINCT slug FROM events WHERE kind = ?", about.value)
        return frozenset(name for name in (str(row[0]) for row in rows) if self.read(about, name))

    def _newest(self, about: About, name: str) -> tuple[float, str]:
        query = "SELECT at, detail FROM events WHERE slug = ? AND kind = ? ORDER BY id DESC LIMIT 1"
        for at, detail in self._database.rows(query, name, about.value):
            text = detail if isinstance(detail, bytes) else str(detail).encode()
            return float(str(at)), text.decode("utf-8", "replace")
        return 0.0, ""
