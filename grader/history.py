"""What a learner did: attempts with their source and report, starts, hints, resets; one SQLite file.

::

    <data folder>/history.db      attempts and events
    <data folder>/progress.json   status by slug, so that `kata list` need not open a database
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final, Self

from grader.data_folder import data_folder, make_data_folder, write_atomically
from grader.database import Database
from grader.model import Verdict

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from grader.model import Report, Submission

SOLVED: Final = "solved"
TRIED: Final = "tried"
_DATABASE: Final = "history.db"
_PROGRESS: Final = "progress.json"
# Statements that lead from each schema version to the next.
_MIGRATIONS: Final = (
    (
        """CREATE TABLE attempts (
            id INTEGER PRIMARY KEY, at REAL NOT NULL, slug TEXT NOT NULL, source TEXT NOT NULL, sha256 TEXT NOT NULL,
            path TEXT NOT NULL, verdict TEXT NOT NULL, points REAL NOT NULL, max_points REAL NOT NULL,
            duration_s REAL NOT NULL, seed TEXT NOT NULL, hints INTEGER NOT NULL, started_at REAL, report TEXT NOT NULL
        )""",
        "CREATE INDEX attempts_by_slug ON attempts (slug, id)",
        """CREATE TABLE events (
            id INTEGER PRIMARY KEY, at REAL NOT NULL, slug TEXT NOT NULL, kind TEXT NOT NULL, detail BLOB NOT NULL
        )""",
        "CREATE INDEX events_by_slug ON events (slug, kind, id)",
    ),
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A graded attempt as it was recorded.

    Attributes
    ----------
    at : float
        When it was graded, seconds since the epoch.
    hints : int
        Hints that had been shown by then.
    started_at : float or None
        When the exercise was last started before it, seconds since the epoch.
    report : str
        The whole report as JSON.
    """

    at: float
    slug: str
    source: str
    sha256: str
    path: str
    verdict: Verdict
    points: float
    max_points: float
    duration_s: float
    seed: int
    hints: int
    started_at: float | None
    report: str


_COLUMNS: Final = ", ".join(Attempt.__dataclass_fields__)


def read_progress(folder: Path | None = None) -> dict[str, str]:
    """Return `solved` or `tried` by slug, without opening the database.

    Parameters
    ----------
    folder : Path, optional
        Data folder; by default the one of this user.

    Returns
    -------
    dict of str to str
        Empty when nothing was recorded, or the file cannot be read.
    """
    try:
        found = json.loads(((folder or data_folder()) / _PROGRESS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(slug): str(status) for slug, status in found.items()} if isinstance(found, dict) else {}


class History:
    """The recorded past; a context manager that opens and closes the database.

    Parameters
    ----------
    folder : Path, optional
        Data folder; by default the one of this user. It is made where it is missing.

    Attributes
    ----------
    notices : list of str
        What the user should be told, such as that a damaged file was set aside.

    Raises
    ------
    DataFolderError
        By every method, when the folder or the database cannot be used.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or data_folder()
        self.notices: list[str] = []

    def __enter__(self) -> Self:
        make_data_folder(self.folder)
        self._database = Database(self.folder / _DATABASE, _MIGRATIONS)
        self.notices += self._database.notices
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._database.close()

    def record(self, report: Report, submission: Submission) -> None:
        """Keep a graded attempt; once this returns it survives a crash of the process."""
        slug = report.exercise
        row = Attempt(
            at=time.time(),
            slug=slug,
            source=submission.source,
            sha256=submission.sha256,
            path=_text(submission.path),
            verdict=report.verdict,
            points=report.points,
            max_points=report.max_points,
            duration_s=report.duration_s,
            seed=report.seed,
            hints=self.hints(slug),
            started_at=self.started_at(slug),
            report=json.dumps(asdict(report)),
        )
        with self._database.transaction():
            self._database.insert("attempts", **asdict(row) | {"seed": str(row.seed)})
            self._write_progress()

    def attempts(self, slug: str, limit: int = 20) -> list[Attempt]:
        """Return the last attempts at an exercise, newest first."""
        return self._attempts("slug = ? ORDER BY id DESC LIMIT ?", slug, limit)

    def best(self, slug: str) -> Attempt | None:
        """Return the attempt with the greatest share of points, the earliest of equals."""
        order = "points / max(max_points, 1e-9) DESC, id"
        return next(
            iter(self._attempts(f"slug = ? AND verdict != ? ORDER BY {order} LIMIT 1", slug, "grader_fault")), None
        )

    def solved(self, slug: str) -> bool:
        """Tell whether an exercise was ever passed."""
        return self.statuses().get(slug) == SOLVED

    def start(self, slug: str) -> None:
        """Note that work on an exercise begins now."""
        self._add_event(slug, "start")

    def started_at(self, slug: str) -> float | None:
        """Return when an exercise was last started, seconds since the epoch."""
        rows = self._database.rows("SELECT max(at) FROM events WHERE slug = ? AND kind = 'start'", slug)
        return None if rows[0][0] is None else float(str(rows[0][0]))

    def add_hint(self, slug: str, number: int) -> None:
        """Note that a hint was shown; `number` counts from 1."""
        self._add_event(slug, "hint", str(number).encode())

    def hints(self, slug: str) -> int:
        """Return how many different hints of an exercise were shown."""
        rows = self._database.rows("SELECT count(DISTINCT detail) FROM events WHERE slug = ? AND kind = 'hint'", slug)
        return int(str(rows[0][0]))

    def add_spoiler(self, slug: str) -> None:
        """Note that the solution was shown before a pass."""
        self._add_event(slug, "spoiler")

    def save(self, slug: str, content: bytes) -> None:
        """Keep the content of a stub that is about to be overwritten."""
        self._add_event(slug, "reset", content)

    def saved(self, slug: str) -> bytes | None:
        """Return the content that was kept last, if any."""
        rows = self._database.rows(
            "SELECT detail FROM events WHERE slug = ? AND kind = 'reset' ORDER BY id DESC LIMIT 1", slug
        )
        return bytes(rows[0][0]) if rows and isinstance(rows[0][0], bytes) else None

    def statuses(self) -> dict[str, str]:
        """Return `solved` or `tried` for every exercise that was worked on; what was solved stays so."""
        query = "SELECT slug, max(verdict = ?) FROM attempts WHERE verdict NOT IN (?, ?) GROUP BY slug"
        rows = self._database.rows(query, Verdict.PASSED, Verdict.GRADER_FAULT, Verdict.NOT_STARTED)
        statuses = {str(slug): SOLVED if passed else TRIED for slug, passed in rows}
        before = read_progress(self.folder)
        return {**before, **statuses, **{slug: SOLVED for slug, status in before.items() if status == SOLVED}}

    def _attempts(self, condition: str, *values: str | int) -> list[Attempt]:
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM attempts WHERE {condition}", *values)  # noqa: S608 - ours
        return [_attempt(dict(zip(Attempt.__dataclass_fields__, row, strict=True))) for row in rows]

    def _add_event(self, slug: str, kind: str, detail: bytes = b"") -> None:
        with self._database.transaction():
            self._database.insert("events", at=time.time(), slug=slug, kind=kind, detail=detail)

    def _write_progress(self) -> None:
        """Write the statuses inside the transaction, so that no other process writes older ones over them."""
        path = self.folder / _PROGRESS
        content = json.dumps(self.statuses(), indent=1, sort_keys=True) + "\n"
        try:
            write_atomically(path, content.encode())
        except OSError as error:
            self.notices.append(f"{path} cannot be written ({error.strerror}); `kata list` may be behind.")


def _attempt(fields: dict[str, object]) -> Attempt:
    fields["verdict"] = Verdict(str(fields["verdict"]))
    fields["seed"] = int(str(fields["seed"]))
    return Attempt(**fields)  # type: ignore[arg-type]


def _text(path: Path | None) -> str:
    """Return a path as valid text, whatever bytes the file system allows."""
    return os.fsencode(path or "").decode("utf-8", "replace")
