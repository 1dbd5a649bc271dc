"""Who is in the class: a CSV of any learning platform, or one written by hand."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from grader.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_MOST_BYTES: Final = 16 << 20
# What the columns are called: by us first, then by Moodle, Canvas, Gradescope and GitHub Classroom.
_COLUMNS: Final = {
    "id": ("id", "learner", "identifier", "id number", "student id", "sid", "sis user id", "username"),
    "name": ("name", "full name", "student", "student name"),
    "first": ("first name", "given name", "firstname"),
    "last": ("last name", "surname", "family name", "lastname"),
    "email": ("email", "email address", "sis login id", "mail"),
    "github": ("github", "github_username", "github username"),
    "submitted": ("submitted", "handed in", "submission time"),
    "due": ("due", "extension"),
}


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody who is in the class, or who handed something in.

    Attributes
    ----------
    id : str
        What no two learners share.
    submitted : datetime or None
        When this learner handed in, where the roster knows; it is believed before all else.
    due : datetime or None
        A due date of this learner's own.
    platform : str
        The learner's number on the learning platform, as the roster or a file's name gave it.
    """

    id: str
    name: str
    email: str = ""
    github: str = ""
    submitted: datetime | None = None
    due: datetime | None = None
    platform: str = ""


class Roster:
    """The class, and the names under which each learner may hand in.

    Parameters
    ----------
    learners : iterable of Learner
        In the order to list them.
    """

    def __init__(self, learners: Iterable[Learner]) -> None:
        self.learners = tuple(learners)
        self._by_name: dict[str, set[str]] = {}
        self._by_id = {learner.id: learner for learner in self.learners}
        for learner in self.learners:
            for key in _keys(learner):
                self._by_name.setdefault(key, set()).add(learner.id)

    def find(self, *names: str) -> Learner | None:
        """Return the learner of these names; None where nobody, or more than one, has the first that anybody has.

        Parameters
        ----------
        *names : str
            From the most certain to the least.
        """
        for name in names:
            found = self._by_name.get(normal(name), set())
            if found:
                return self._by_id[next(iter(found))] if len(found) == 1 else None
        return None


def read_roster(path: Path) -> Roster:
    """Read a roster.

    Parameters
    ----------
    path : Path
        CSV with a header, with commas, semicolons or tabs, UTF-8 or what Excel writes. A column of ids, names or e-mail
        addresses is needed.

    Raises
    ------
    UsageError
        When it cannot be read, has no such column, or two learners share an id.
    """
    rows = list(_rows(path))
    if not rows:
        raise UsageError(f"{path} is empty.", "A roster is a CSV with a header, such as `id,name,email`.")
    header = [" ".join(cell.split()).casefold() for cell in rows[0]]
    places = {
        field: next((header.index(name) for name in names if name in header), None) for field, names in _COLUMNS.items()
    }
    if all(places[field] is None for field in ("id", "name", "email", "github", "last")):
        told = ", ".join(rows[0])[:200]
        raise UsageError(f"{path} has no column of ids, names or e-mail addresses, but {told}.", "Call one `id`.")
    learners: dict[str, Learner] = {}
    for number, row in enumerate(rows[1:], start=2):
        cells = {field: _cell(row, place) for field, place in places.items()}
        learner = _learner(cells, f"{path}: row {number}")
        if learner is None:
            continue
        if learner.id in learners:
            raise UsageError(f"{path}: row {number} has the id {learner.id!r} again.", "Give each learner one row.")
        learners[learner.id] = learner
    return Roster(learners.values())


def _rows(path: Path) -> Iterator[list[str]]:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}).", "Name the CSV of the class.") from None
    if len(data) > _MOST_BYTES:
        raise UsageError(f"{path} is too large for a roster.", "Name the CSV of the class.")
    text = ""
    for encoding in ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1252", "latin-1"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                yield row
    except csv.Error as error:
        raise UsageError(f"{path} is no CSV ({error}).", "Export it anew.") from None


def _cell(row: list[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""


def _learner(cells: dict[str, str], where: str) -> Learner | None:
    name = cells["name"] or f"{cells['first']} {cells['last']}".strip()
    who = cells["id"] or cells["email"] or cells["github"] or name
    if not who or name.casefold() == "points possible":  # Canvas has a row of points below its header
        return None
    return Learner(
        id=who,
        name=name or who,
        email=cells["email"],
        github=cells["github"],
        submitted=moment(cells["submitted"], where),
        due=moment(cells["due"], where),
        platform=who.removeprefix("Participant "),
    )


def moment(text: str, where: str) -> datetime | None:
    """Return a date with time and zone, None for an empty text; one without a zone is this machine's.

    Raises
    ------
    UsageError
        When it is none.
    """
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.replace(" UTC", "+00:00"))
    except ValueError:
        raise UsageError(f"{where}: {text!r} is no date.", "Write it as 2026-10-01T23:59:00+02:00.") from None
    return found.astimezone()


def normal(name: str) -> str:
    """Return a name as names are compared: no case, no accents, no blanks or punctuation."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return re.sub(r"[\W_]+", "", "".join(one for one in plain if not unicodedata.combining(one)))


def _keys(learner: Learner) -> set[str]:
    """Return all under which a learner may hand in: Canvas writes the family name first."""
    names = {learner.id, learner.platform, learner.email, learner.email.partition("@")[0], learner.github, learner.name}
    last, comma, first = learner.name.partition(",")
    parts = [first, last] if comma else learner.name.split()
    if len(parts) > 1:
        names |= {" ".join(parts), " ".join([parts[-1], *parts[:-1]]), " ".join([*parts[1:], parts[0]])}
    return {normal(name) for name in names} - {""}
