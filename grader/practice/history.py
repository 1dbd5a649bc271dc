"""What a learner did: attempts with their source and report, starts, hints, resets; one SQLite file.

::

    <data folder>/history.db      attempts and events
    <data folder>/progress.json   standings by slug, so that `kata list` need not open a database
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Final, Self

from grader.model import Level, Verdict
from grader.practice import progress_file
from grader.practice.attempt import Attempt, Best, Rated, Rating, Sitting, best
from grader.practice.data_folder import data_folder, make_data_folder, write_atomically
from grader.practice.database import Database
from grader.practice.own_words import OwnWords
from grader.practice.recorded import Event, Held, Recorded
from grader.practice.schema import MIGRATIONS
from grader.practice.standing import Standing, furthest, load_layers
from grader.practice.union import insert, unite

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from types import TracebackType

    from grader.model import Report, Submission

_DATABASE: Final = "history.db"
_FIELDS: Final = tuple(field.name for field in fields(Attempt))
_HEAVY: Final = ("source", "report")
_SOLVED: Final = f"level != '{Level.NONE}'"
_JUDGED: Final = f"({_SOLVED} OR verdict NOT IN ('{Verdict.GRADER_FAULT}', '{Verdict.NOT_STARTED}'))"
_RETESTED: Final = "retested"
_BEGINNINGS: Final = "kind IN ('start', 'reset')"


def read_progress(folder: Path | None = None) -> dict[str, Standing]:
    """Return the standings by slug; the database is opened only where their file cannot be read.

    Parameters
    ----------
    folder : Path, optional
        Data folder; by default the one of this user.

    Returns
    -------
    dict of str to Standing
        Empty when nothing was recorded.
    """
    place = folder or data_folder()
    found = progress_file.read(place)
    if found is None and (place / _DATABASE).exists():
        with History(place) as history:
            return history.restore_progress()
    return found or {}


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
    words : OwnWords
        Notes to exercises and answers to questions.

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
        self._database = Database(self.folder / _DATABASE, MIGRATIONS)
        self.notices += self._database.notices
        self.words = OwnWords(self._database)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._database.close()

    def record(
        self, report: Report, submission: Submission, rating: Rating | None = None, *, lifts: bool = False
    ) -> None:
        """Keep a graded attempt and what it says about the memory; once this returns both survive a crash.

        Parameters
        ----------
        report : Report
            What the attempt was worth.
        submission : Submission
            What was graded.
        rating : Rating, optional
            What it says about the memory.
        lifts : bool, default=False
            Whether the rating takes the place of the exercise's last one.
        """
        slug = report.exercise
        now = time.time()
        row = Attempt(
            at=now,
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
            time_ratio=report.time_ratio,
            level=report.level,
            layers=report.layers,
            utc_offset_s=time.localtime(now).tm_gmtoff,
        )
        with self._database.transaction():
            insert(self._database, row)
            if rating is not None and lifts:
                last = "SELECT max(id) FROM ratings WHERE slug = ?"
                self._database.execute(f"UPDATE ratings SET rating = ? WHERE id = ({last})", rating.value, slug)  # noqa: S608 - ours
            elif rating is not None:
                self._database.insert("ratings", at=row.at, slug=slug, rating=rating.value)
            self._write_progress()

    def attempts(self, slug: str, limit: int = 20) -> list[Attempt]:
        """Return the last attempts at an exercise, newest first."""
        return self._attempts("slug = ? ORDER BY id DESC LIMIT ?", slug, limit)

    def best(self, slug: str) -> Best:
        """Return the best a learner did at an exercise."""
        return best(self._attempts(f"slug = ? AND {_SOLVED}", slug, leave_out=_HEAVY))

    def all_attempts(self, *, whole: bool = False) -> list[Attempt]:
        """Return every attempt, oldest first; only with `whole` do they carry their source and report."""
        return self._attempts("1 ORDER BY id", leave_out=() if whole else _HEAVY)

    def last_beyond(self, slug: str, level: Level) -> Attempt | None:
        """Return the newest attempt that came further than a level."""
        further = {Level.NONE: _SOLVED, Level.CORE: f"level = '{Level.FULL}'", Level.FULL: "0"}[level]
        return next(iter(self._attempts(f"slug = ? AND {further} ORDER BY id DESC LIMIT 1", slug)), None)

    def standing(self, slug: str) -> Standing | None:
        """Return how far a learner ever came with an exercise; None where nothing was tried."""
        return self.standings().get(slug)

    def solved(self, slug: str) -> bool:
        """Tell whether an exercise was ever solved."""
        standing = self.standing(slug)
        return standing is not None and standing.solved

    def start(self, slug: str) -> None:
        """Note that work on an exercise begins now."""
        self._add_event(slug, "start")

    def started_at(self, slug: str) -> float | None:
        """Return when an exercise was last started, seconds since the epoch."""
        return self._begun(slug, "kind = 'start'")

    def add_hint(self, slug: str, number: int) -> None:
        """Note that a hint was shown; `number` counts from 1."""
        self._add_event(slug, "hint", str(number).encode())

    def hints(self, slug: str) -> int:
        """Return how many different hints were shown since the exercise was last started or made pristine."""
        rows = self._database.rows(
            "SELECT count(DISTINCT detail) FROM events WHERE slug = ? AND kind = 'hint' AND id > "  # noqa: S608 - ours
            f"(SELECT coalesce(max(id), 0) FROM events WHERE slug = ? AND {_BEGINNINGS})",
            slug,
            slug,
        )
        return int(str(rows[0][0]))

    def sitting(self, slug: str) -> Sitting:
        """Return what happened since an exercise was last started or made pristine."""
        since = self._begun(slug, _BEGINNINGS) or 0.0
        rated = "SELECT rating FROM ratings WHERE slug = ? AND at >= ? ORDER BY id DESC LIMIT 1"
        levels = "SELECT DISTINCT level FROM attempts WHERE slug = ? AND at > ?"
        failed = f"SELECT count(*) FROM attempts WHERE slug = ? AND at > ? AND NOT {_SOLVED} AND {_JUDGED}"  # noqa: S608
        spoiled = "SELECT count(*) FROM events WHERE slug = ? AND at > ? AND kind = 'spoiler'"
        started = self.started_at(slug)
        ratings = [Rating(str(row[0])) for row in self._database.rows(rated, slug, since)]
        reached = [Standing(Level(str(row[0]))) for row in self._database.rows(levels, slug, since)]
        return Sitting(
            started_at=started if started is not None and started >= since else None,
            level=furthest(reached).level if reached else Level.NONE,
            rated=ratings[0] if ratings else None,
            failures=int(str(self._database.rows(failed, slug, since)[0][0])),
            hints=self.hints(slug),
            spoiled=bool(self._database.rows(spoiled, slug, since)[0][0]),
        )

    def rate(self, slug: str, rating: Rating) -> None:
        """Note how well an exercise was remembered."""
        with self._database.transaction():
            self._database.insert("ratings", at=time.time(), slug=slug, rating=rating.value)

    def ratings(self) -> list[Rated]:
        """Return every rating, oldest first."""
        rows = self._database.rows("SELECT at, slug, rating FROM ratings ORDER BY id")
        return [Rated(float(str(at)), str(slug), Rating(str(rating))) for at, slug, rating in rows]

    def add_spoiler(self, slug: str) -> None:
        """Note that the solution was shown."""
        self._add_event(slug, "spoiler")

    def save(self, slug: str, content: bytes) -> None:
        """Keep the content of a stub that is about to be overwritten."""
        self._add_event(slug, "reset", content)

    def keep(self, slug: str, content: bytes) -> None:
        """Keep the content of a stub that goes on being worked on; unlike `save` it is no new beginning."""
        self._add_event(slug, "kept", content)

    def saved(self, slug: str) -> bytes | None:
        """Return the content that was kept last, if any."""
        rows = self._database.rows(
            "SELECT detail FROM events WHERE slug = ? AND kind IN ('reset', 'kept') ORDER BY id DESC LIMIT 1", slug
        )
        return bytes(rows[0][0]) if rows and isinstance(rows[0][0], bytes) else None

    def save_interview(self, name: str, state: str, scorecard: str | None = None) -> None:
        """Keep how far an interview is; a scorecard ends it."""
        now = time.time()
        with self._database.transaction():
            self._database.execute(
                "INSERT INTO interviews (id, at, finished_at, state, scorecard) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET state = excluded.state, scorecard = excluded.scorecard, "
                "finished_at = excluded.finished_at",
                name,
                now,
                None if scorecard is None else now,
                state,
                scorecard,
            )

    def open_interview(self) -> str | None:
        """Return the state of the newest interview that has no scorecard yet."""
        rows = self._database.rows("SELECT state FROM interviews WHERE scorecard IS NULL ORDER BY at DESC LIMIT 1")
        return str(rows[0][0]) if rows else None

    def drop_interview(self) -> None:
        """Forget the interviews that have no scorecard."""
        with self._database.transaction():
            self._database.execute("DELETE FROM interviews WHERE scorecard IS NULL")

    def scorecards(self) -> list[str]:
        """Return the scorecards of all interviews that ended, oldest first, as JSON."""
        rows = self._database.rows("SELECT scorecard FROM interviews WHERE scorecard IS NOT NULL ORDER BY at")
        return [str(row[0]) for row in rows]

    def standings(self) -> dict[str, Standing]:
        """Return how far a learner ever came with every exercise that was worked on; nothing is taken away again."""
        found = {slug: [standing] for slug, standing in (progress_file.read(self.folder) or {}).items()}
        query = f"SELECT DISTINCT slug, level, layers FROM attempts WHERE {_JUDGED}"  # noqa: S608 - ours
        for slug, level, layers in self._database.rows(query):
            found.setdefault(str(slug), []).append(Standing(Level(str(level)), load_layers(str(layers))))
        retested = self._retested()
        return {slug: replace(furthest(standings), retested=slug in retested) for slug, standings in found.items()}

    def recorded(self) -> Recorded:
        """Return everything that another history may take over."""
        events = self._database.rows("SELECT at, slug, kind, detail FROM events ORDER BY id")
        held = self._database.rows(
            "SELECT id, at, coalesce(finished_at, at), scorecard FROM interviews WHERE scorecard IS NOT NULL ORDER BY at, id"
        )
        return Recorded(
            attempts=tuple(self.all_attempts(whole=True)),
            events=tuple(Event(float(str(row[0])), str(row[1]), str(row[2]), _bytes(row[3])) for row in events),
            ratings=tuple(self.ratings()),
            interviews=tuple(Held(str(row[0]), float(str(row[1])), float(str(row[2])), str(row[3])) for row in held),
            standings=self.standings(),
        )

    def unite(self, other: Recorded) -> int:
        """Take over what another history holds, and return how many attempts that adds; nothing is lost or doubled."""
        with self._database.transaction():
            added = unite(self._database, other)
            self._write_progress(more=other.standings)
        return added

    def restore_progress(self) -> dict[str, Standing]:
        """Write the file of standings anew from the attempts, and return what it says."""
        with self._database.transaction():
            self._write_progress()
        return self.standings()

    def adopt(self, aliases: Mapping[str, str]) -> None:
        """Give exercises that have a new name what was recorded under the old one.

        Parameters
        ----------
        aliases : mapping of str to str
            New slugs by old ones.
        """
        known = {str(row[0]) for row in self._database.rows("SELECT slug FROM attempts UNION SELECT slug FROM events")}
        renamed = {
            old: new for old, new in aliases.items() if old in known or old in (progress_file.read(self.folder) or {})
        }
        if not renamed:
            return
        with self._database.transaction():
            for old, new in renamed.items():
                for table in ("attempts", "events", "ratings"):
                    self._database.execute(f"UPDATE {table} SET slug = ? WHERE slug = ?", new, old)  # noqa: S608 - ours
            self._write_progress(renamed)

    def note_new_tests(self, slugs: Iterable[str]) -> None:
        """Note that the tests of exercises are others than those which the attempts so far met."""
        chosen = tuple(slugs)
        if chosen:
            with self._database.transaction():
                for slug in chosen:
                    self._database.insert("events", at=time.time(), slug=slug, kind=_RETESTED, detail=b"")
                self._write_progress()

    def _retested(self) -> set[str]:
        query = (
            f"SELECT slug FROM events WHERE kind = '{_RETESTED}' GROUP BY slug "  # noqa: S608 - ours
            "HAVING max(at) > coalesce((SELECT max(at) FROM attempts WHERE attempts.slug = events.slug), 0)"
        )
        return {str(row[0]) for row in self._database.rows(query)}

    def _attempts(self, condition: str, *values: str | int, leave_out: tuple[str, ...] = ()) -> list[Attempt]:
        columns = ", ".join("''" if name in leave_out else name for name in _FIELDS)
        rows = self._database.rows(f"SELECT {columns} FROM attempts WHERE {condition}", *values)  # noqa: S608 - ours
        return [_attempt(dict(zip(_FIELDS, row, strict=True))) for row in rows]

    def _begun(self, slug: str, kinds: str) -> float | None:
        """Return when the newest event of some kinds was; one of a clock that ran ahead was after the one before it."""
        newest = f"SELECT id, at FROM events WHERE slug = ? AND {kinds} ORDER BY id DESC LIMIT 1"  # noqa: S608 - ours
        rows = self._database.rows(newest, slug)
        if not rows:
            return None
        number, at, now = int(str(rows[0][0])), float(str(rows[0][1])), time.time()
        if at <= now:
            return at
        before = self._database.rows("SELECT max(at) FROM events WHERE id < ? AND at <= ?", number, now)
        return float(str(before[0][0] or 0.0))

    def _add_event(self, slug: str, kind: str, detail: bytes = b"") -> None:
        with self._database.transaction():
            self._database.insert("events", at=time.time(), slug=slug, kind=kind, detail=detail)

    def _write_progress(
        self, renamed: Mapping[str, str] | None = None, more: Mapping[str, Standing] | None = None
    ) -> None:
        """Write the standings inside the transaction, so that no other process writes older ones over them."""
        path = self.folder / progress_file.PROGRESS
        standings: dict[str, Standing] = {}
        for slug, standing in (*self.standings().items(), *(more or {}).items()):
            now = (renamed or {}).get(slug, slug)
            standings[now] = furthest([standings[now], standing]) if now in standings else standing
        try:
            write_atomically(path, progress_file.dump(standings))
        except OSError as error:
            self.notices.append(f"{path} cannot be written ({error.strerror}); `kata list` may be behind.")


def _attempt(fields: dict[str, object]) -> Attempt:
    fields["verdict"] = Verdict(str(fields["verdict"]))
    fields["level"] = Level(str(fields["level"]))
    fields["layers"] = load_layers(str(fields["layers"]))
    fields["seed"] = int(str(fields["seed"]))
    offset = fields["utc_offset_s"]
    fields["utc_offset_s"] = None if offset in (None, "") else int(str(offset))
    return Attempt(**fields)  # type: ignore[arg-type]


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _text(path: Path | None) -> str:
    """Return a path as valid text, whatever bytes the file system allows."""
    return os.fsencode(path or "").decode("utf-8", "replace")
