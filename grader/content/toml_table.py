"""A TOML table read strictly: every complaint names the file, the key and what to do."""

from __future__ import annotations

import tomllib
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from grader.errors import ContentError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum
    from pathlib import Path

    Choice = TypeVar("Choice", bound=StrEnum)
    Kind = TypeVar("Kind", str, bool, int, float, list[Any], dict[str, Any])

_REQUIRED: Final = "\0required"
_KINDS: Final = {
    str: "a string",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "an array",
    dict: "a table",
}


def read_table(path: Path) -> Table:
    """Parse a TOML file.

    Parameters
    ----------
    path : Path
        File to read.

    Returns
    -------
    Table
        Its top level.

    Raises
    ------
    ContentError
        When the file is missing, unreadable, not UTF-8 or not TOML.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ContentError(
            f"{path}: the file is missing.", "Write it; docs/write-an-exercise.md shows its keys."
        ) from None
    except UnicodeDecodeError as error:
        raise ContentError(f"{path}: byte {error.start} is not UTF-8.", "Save the file as UTF-8.") from None
    except OSError as error:
        raise ContentError(f"{path}: cannot be read ({error.strerror}).", "Check its permissions.") from None
    try:
        return Table(path, "", tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ContentError(f"{path}: not valid TOML: {error}.", "Mend that line.") from None


class Table:
    """One table of a TOML file, asked key by key.

    Parameters
    ----------
    path : Path
        File it came from, for messages.
    where : str
        Position in the file, such as `mutants[2]`; empty at the top level.
    data : mapping
        What was parsed.
    """

    def __init__(self, path: Path, where: str, data: Mapping[str, object]) -> None:
        self._path = path
        self._where = where
        self._data = data
        self._asked: list[str] = []

    @property
    def is_given(self) -> bool:
        """Whether the file holds anything of this table."""
        return bool(self._data)

    def text(self, key: str, default: str = _REQUIRED) -> str:
        """Return a string that is not blank."""
        value = self._get(key, str, None if default is _REQUIRED else default)
        if not value.strip() and (default is _REQUIRED or key in self._data):
            raise self.error(key, "is blank", "Fill it in.")
        return value

    def raw(self, key: str) -> str:
        """Return a string that may be blank."""
        return self._get(key, str, None)

    def flag(self, key: str) -> bool:
        """Return whether something holds; false when absent."""
        return self._get(key, bool, default=False)

    def whole(self, key: str, default: int | None = None) -> int:
        """Return a positive whole number."""
        return int(self._positive(key, self._get(key, int, default)))

    def count(self, key: str) -> int:
        """Return a whole number that is not negative."""
        value = self._get(key, int, None)
        if value < 0:
            raise self.error(key, f"is {value}", "It must not be negative.")
        return value

    def numbers(self, key: str, default: tuple[int, ...] | None = None) -> tuple[int, ...]:
        """Return an array of whole numbers that are not negative, which may be empty."""
        value = self._get(key, list, None if default is None else list(default))
        for index, item in enumerate(value):
            if type(item) is not int or item < 0:
                raise self.error(f"{key}[{index}]", f"is {_kind(item)}", "It must be a whole number, not negative.")
        return tuple(value)

    def number(self, key: str, default: float | None = None) -> float:
        """Return a positive number."""
        return self._positive(key, self._get(key, float, default))

    def moment(self, key: str) -> datetime | None:
        """Return a date with time and zone, None when absent."""
        self._asked.append(key)
        value = self._data.get(key)
        if value is None:
            return None
        if not isinstance(value, datetime) or value.tzinfo is None:
            complaint = "has no time zone" if isinstance(value, datetime) else "is no date with a time"
            raise self.error(key, complaint, "Write it as 2026-10-01T23:59:00+02:00.")
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = ()) -> tuple[str, ...]:
        """Return an array of distinct strings; `default=None` demands the key and an entry."""
        value = self._get(key, list, None if default is None else list(default))
        if default is None and not value:
            raise self.error(key, "is empty", "Name at least one.")
        for index, item in enumerate(value):
            if not isinstance(item, str) or not item.strip():
                raise self.error(f"{key}[{index}]", f"is {_kind(item)}", "It must be a string that is not blank.")
            if item in value[:index]:
                raise self.error(f"{key}[{index}]", f"repeats {item!r}", "Remove one.")
        return tuple(value)

    def lists(self, key: str) -> tuple[tuple[str, ...], ...]:
        """Return an array of arrays of strings, which must be there."""
        value = self._get(key, list, None)
        for index, item in enumerate(value):
            if not isinstance(item, list) or not all(isinstance(part, str) and part.strip() for part in item):
                raise self.error(f"{key}[{index}]", "is no array of strings", "Write strings between brackets.")
        return tuple(tuple(item) for item in value)

    def choice(self, key: str, choices: type[Choice]) -> Choice:
        """Return a member of a string enumeration."""
        value = self.text(key)
        try:
            return choices(value)
        except ValueError:
            known = [str(member) for member in choices]
            hint = did_you_mean(value, known)
            raise self.error(key, f"is {value!r}", f"{hint} Use one of: {', '.join(known)}.".strip()) from None

    def table(self, key: str) -> Table:
        """Return a nested table, empty when absent."""
        return Table(self._path, self._name(key), self._get(key, dict, {}))

    def tables(self, key: str) -> list[Table]:
        """Return an array of tables, empty when absent."""
        value = self._get(key, list, [])
        for index, item in enumerate(value):
            if not isinstance(item, dict):
                raise self.error(f"{key}[{index}]", f"is {_kind(item)}", f"Write it as a table under [[{key}]].")
        return [Table(self._path, self._name(f"{key}[{index}]"), item) for index, item in enumerate(value)]

    def no_more(self) -> None:
        """Refuse keys that were never asked for."""
        for key in self._data:
            if key not in self._asked:
                remedy = did_you_mean(key, self._asked) or "Remove it."
                raise self.error(key, "is not a known key", f"{remedy} Known keys: {', '.join(self._asked)}.")

    def error(self, key: str, complaint: str, remedy: str) -> ContentError:
        """Make the error for a key of this table; the caller raises it."""
        return ContentError(f"{self._path}: key `{self._name(key)}` {complaint}.", remedy)

    def _name(self, key: str) -> str:
        return f"{self._where}.{key}" if self._where else key

    def _get(self, key: str, kind: type[Kind], default: Kind | None) -> Kind:
        self._asked.append(key)
        if key not in self._data:
            if default is None:
                remedy = f"Add `{key} = …`, {_KINDS[kind]}."
                near = [name for name in self._data if did_you_mean(name, [key])]
                if near:
                    remedy = f"Rename `{near[0]}` to `{key}`."
                raise self.error(key, "is missing", remedy)
            return default
        value = self._data[key]
        fits = type(value) is kind or (kind is float and type(value) is int)
        if not fits:
            raise self.error(key, f"is {_kind(value)}", f"It must be {_KINDS[kind]}.")
        return cast("Kind", value)

    def _positive(self, key: str, value: float) -> float:
        if not 0 < value < float("inf"):
            raise self.error(key, f"is {value}", "It must be greater than zero.")
        return value


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "a date or time")
