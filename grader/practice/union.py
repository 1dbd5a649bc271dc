"""Two pasts made one: what either holds, once, in the order of time."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from grader.practice.attempt import Rating
from grader.practice.standing import dump_layers

if TYPE_CHECKING:
    from grader.practice.attempt import Attempt
    from grader.practice.database import Database
    from grader.practice.recorded import Recorded

_ORDER: Final = {rating.value: place for place, rating in enumerate(Rating)}
# What makes two rows the same past, and what decides the order of those at one moment.
_KEYS: Final = {
    "attempts": ("at", "slug", "sha256", "seed"),
    "events": ("at", "slug", "kind", "detail"),
    "ratings": ("at", "slug"),
}


def unite(database: Database, other: Recorded) -> int:
    """Add what another history holds and this one lacks; the order and number of such unions make no difference.

    Parameters
    ----------
    database : Database
        Where a transaction is open.
    other : Recorded
        The other history.

    Returns
    -------
    int
        How many attempts were added.
    """
    known = {table: {tuple(row) for row in database.rows(_select(table))} for table in _KEYS}
    attempts = [one for one in other.attempts if (one.at, one.slug, one.sha256, str(one.seed)) not in known["attempts"]]
    events = [one for one in other.events if (one.at, one.slug, one.kind, one.detail) not in known["events"]]
    added = False
    for attempt in dict.fromkeys(attempts):
        insert(database, attempt)
        added = True
    for event in dict.fromkeys(events):
        database.insert("events", **asdict(event))
        added = True
    for rated in other.ratings:
        if (rated.at, rated.slug) not in known["ratings"]:
            database.insert("ratings", at=rated.at, slug=rated.slug, rating=rated.rating.value)
            known["ratings"].add((rated.at, rated.slug))
            added = True
        else:  # one machine has seen it lifted
            rows = database.rows("SELECT rating FROM ratings WHERE at = ? AND slug = ?", rated.at, rated.slug)
            if _ORDER[rated.rating.value] > _ORDER[str(rows[0][0])]:
                database.execute(
                    "UPDATE ratings SET rating = ? WHERE at = ? AND slug = ?", rated.rating.value, rated.at, rated.slug
                )
    cards = {str(row[0]) for row in database.rows("SELECT scorecard FROM interviews WHERE scorecard IS NOT NULL")}
    for held in other.interviews:
        if held.scorecard not in cards:
            database.execute(
                "INSERT INTO interviews (id, at, finished_at, state, scorecard) VALUES (?, ?, ?, '', ?) "
                "ON CONFLICT (id) DO UPDATE SET scorecard = excluded.scorecard, finished_at = excluded.finished_at "
                "WHERE scorecard IS NULL",
                held.id, held.at, held.finished_at, held.scorecard,
            )  # fmt: skip
    if added:
        for table in _KEYS:
            _number_by_time(database, table)
    return len(dict.fromkeys(attempts))


def insert(database: Database, attempt: Attempt) -> None:
    """Add an attempt to its table."""
    database.insert("attempts", **asdict(attempt) | {"seed": str(attempt.seed), "layers": dump_layers(attempt.layers)})


def _select(table: str) -> str:
    return f"SELECT {', '.join(_KEYS[table])} FROM {table}"  # noqa: S608 - ours


def _number_by_time(database: Database, table: str) -> None:
    """Give rows numbers in the order of time, by which everything else asks for the newest."""
    rows = database.rows(f"SELECT id FROM {table} ORDER BY {', '.join(_KEYS[table])}, id")  # noqa: S608 - ours
    numbers = [int(str(row[0])) for row in rows]
    if numbers == sorted(numbers):
        return
    past = max(numbers)  # no number is used twice on the way
    for place, number in enumerate(numbers, past + 1):
        database.execute(f"UPDATE {table} SET id = ? WHERE id = ?", place, number)  # noqa: S608 - ours
    database.execute(f"UPDATE {table} SET id = id - ?", past)  # noqa: S608 - ours
