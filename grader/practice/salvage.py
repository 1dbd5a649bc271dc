"""What can still be read of a damaged database."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

# The first 24 bytes of every database in the write-ahead mode with pages of 4096 bytes.
_HEAD: Final = b"SQLite format 3\0" + (4096).to_bytes(2, "big") + bytes((2, 2, 0, 64, 32, 32))
_MOST_GAP: Final = 10_000


def salvage(damaged: Path, fresh: sqlite3.Connection) -> int:
    """Copy every row that can be read into a fresh database, and return how many there were.

    Parameters
    ----------
    damaged : Path
        The file that was set aside; it stays as it is.
    fresh : sqlite3.Connection
        Of the newest schema, and empty.
    """
    found = 0
    with tempfile.TemporaryDirectory(prefix="kata-salvage-") as folder:
        copy = Path(folder, "copy.db")
        for ending in ("", "-wal"):
            with suppress(OSError):
                shutil.copyfile(f"{damaged}{ending}", f"{copy}{ending}")
        for mended in (False, True):
            if mended:
                _mend_head(copy)
            found = _copy_tables(copy, fresh)
            if found:
                break
    return found


def _copy_tables(source: Path, fresh: sqlite3.Connection) -> int:
    import sqlite3

    tables = [str(row[0]) for row in fresh.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    total = 0
    fresh.execute("BEGIN IMMEDIATE")
    for table in tables:
        columns = [str(row[1]) for row in fresh.execute(f"PRAGMA table_info({table})")]
        try:
            connection = sqlite3.connect(source, isolation_level=None)
        except sqlite3.Error:
            continue
        try:
            known = {str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})")}
            shared = [name for name in columns if name in known]
            for row in _rows(connection, table, shared) if shared else ():
                marks = ", ".join("?" * len(shared))
                with suppress(sqlite3.Error):  # half a row breaks a rule of the table
                    statement = f"INSERT OR IGNORE INTO {table} ({', '.join(shared)}) VALUES ({marks})"  # noqa: S608 - ours
                    total += fresh.execute(statement, row).rowcount
        except sqlite3.Error:
            continue
        finally:
            connection.close()
    fresh.execute("COMMIT")
    return total


def _rows(connection: sqlite3.Connection, table: str, columns: Sequence[str]) -> list[tuple[object, ...]]:
    """Return rows from both ends, and between them those that can be asked for by their number."""
    import sqlite3

    chosen = ", ".join(["rowid", *columns])
    found: dict[int, tuple[object, ...]] = {}
    for direction in ("ASC", "DESC"):
        with suppress(sqlite3.Error):
            for number, *row in connection.execute(f"SELECT {chosen} FROM {table} ORDER BY rowid {direction}"):  # noqa: S608
                if number in found:
                    break
                found[number] = tuple(row)
    ends = (min(found), max(found)) if found else (1, 0)
    for number in range(ends[0], min(ends[1], ends[0] + _MOST_GAP) + 1):
        if number not in found:
            with suppress(sqlite3.Error):
                row = connection.execute(f"SELECT {chosen} FROM {table} WHERE rowid = ?", (number,)).fetchone()  # noqa: S608
                if row is not None:
                    found[number] = tuple(row[1:])
    return [found[number] for number in sorted(found)]


def _mend_head(path: Path) -> None:
    with suppress(OSError), path.open("r+b") as file:
        file.write(_HEAD)
