"""The tables of the history: statements that lead from each version of the schema to the next."""

from __future__ import annotations

from typing import Final

MIGRATIONS: Final = (
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
    (
        "ALTER TABLE attempts ADD COLUMN time_ratio REAL",
        """UPDATE attempts SET time_ratio = (
            SELECT max(json_extract(measure.value, '$.value'))
            FROM json_each(attempts.report, '$.cases') AS one, json_each(one.value, '$.measures') AS measure
            WHERE json_extract(measure.value, '$.name') = 'time_ratio'
        ) WHERE json_valid(report)""",
        "CREATE TABLE ratings (id INTEGER PRIMARY KEY, at REAL NOT NULL, slug TEXT NOT NULL, rating TEXT NOT NULL)",
        """CREATE TABLE interviews (
            id TEXT PRIMARY KEY, at REAL NOT NULL, finished_at REAL, state TEXT NOT NULL, scorecard TEXT
        )""",
    ),
    (
        # Before there were layers a pass meant that every case passed, and nothing else was a success.
        "ALTER TABLE attempts ADD COLUMN level TEXT NOT NULL DEFAULT 'none'",
        "ALTER TABLE attempts ADD COLUMN layers TEXT NOT NULL DEFAULT '[]'",
        "UPDATE attempts SET level = 'full' WHERE verdict = 'passed'",
    ),
    ("ALTER TABLE attempts ADD COLUMN utc_offset_s INTEGER",),
)
