"""One SQLite file that several processes may use at once, and that is never deleted."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.errors import DataFolderError
from grader.practice.data_folder import REMEDY

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    Value = str | int | float | bytes | None

_BUSY_S: Final = 10.0
_PAUSE_S: Final = 0.005
_REMEDIES: Final = {
    "SQLITE_BUSY": "Another kata has been writing to it for ten seconds; end that one, then try again.",
    "SQLITE_LOCKED": "Another kata is writing to it; end that one, then try again.",
    "SQLITE_FULL": "The disk is full: free some space, then try again.",
}


class Database:
    """An open database of a known schema.

    Parameters
    ----------
    path : Path
        Its file; made where it is missing. A damaged one is renamed and a new one begun.
    migrations : sequence of sequence of str
        Statements that lead from each schema version to the next.

    Attributes
    ----------
    notices : list of str
        What the user should be told.

    Raises
    ------
    DataFolderError
        By every method, when the file cannot be used.
    """

    def __init__(self, path: Path, migrations: Sequence[Sequence[str]]) -> None:
        self.notices: list[str] = []
        self._path = path
        self._migrations = migrations
        with self._explained():
            self._connection = self._connect() or self._begin_anew()

    def close(self) -> None:
        """Close the file; nothing may be asked afterwards."""
        self._connection.close()

    def rows(self, statement: str, *values: Value) -> list[tuple[Value, ...]]:
        """Return what a query finds."""
        with self._explained():
            return self._connection.execute(statement, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the only right to write; what `write` does inside is kept as a whole or not at all."""
        with self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def insert(self, table: str, **values: Value) -> None:
        """Add a row to a table."""
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        with self._explained():
            self._connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))  # noqa: S608 - names are ours

    def execute(self, statement: str, *values: Value) -> None:
        """Run a statement that writes."""
        with self._explained():
            self._connection.execute(statement, values)

    def _connect(self) -> sqlite3.Connection | None:
        """Open the file and bring it to the newest schema; None where it is damaged."""
        import sqlite3

        connection = sqlite3.connect(self._path, timeout=_BUSY_S, isolation_level=None)
        try:
            _use_wal(connection)
            connection.execute("PRAGMA synchronous = FULL")
            if connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",):
                self._migrate(connection)
                return connection
        except sqlite3.DatabaseError as error:
            connection.close()
            if getattr(error, "sqlite_errorname", "") not in {"SQLITE_CORRUPT", "SQLITE_NOTADB"}:
                raise
        except BaseException:
            connection.close()
            raise
        connection.close()
        return None

    def _migrate(self, connection: sqlite3.Connection) -> None:
        newest = len(self._migrations)
        if _version(connection) == newest:
            return
        connection.execute("BEGIN IMMEDIATE")
        version = _version(connection)  # another process may have been faster
        if version > newest:
            connection.execute("ROLLBACK")
            raise DataFolderError(f"{self._path} was written by a newer kata.", "Upgrade this one.")
        for statements in self._migrations[version:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {newest}")
        connection.execute("COMMIT")

    def _begin_anew(self) -> sqlite3.Connection:
        """Rename the damaged file, so that nothing in it is lost, and make a new one."""
        stamp = time.strftime("%Y%m%d-%H%M%S")
        kept = self._path.with_name(f"{self._path.stem}-damaged-{stamp}{self._path.suffix}")
        try:
            for ending in ("", "-wal", "-shm"):
                source = Path(f"{self._path}{ending}")
                if source.exists():
                    source.rename(f"{kept}{ending}")
        except OSError as error:
            raise DataFolderError(
                f"{self._path} is damaged and cannot be renamed ({error.strerror}).", REMEDY
            ) from None
        connection = self._connect()
        if connection is None:
            raise DataFolderError(f"{self._path} is damaged as soon as it is written.", REMEDY)
        from grader.practice.salvage import salvage

        rows = salvage(kept, connection)
        saved = (
            f"{rows} of its records are in a new one"
            if rows
            else "nothing could be read of it, and a new one was begun"
        )
        self.notices.append(f"{self._path} was damaged; it is kept as {kept.name}, and {saved}.")
        return connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        import sqlite3

        try:
            yield
        except sqlite3.Error as error:
            kind = getattr(error, "sqlite_errorname", "")
            remedy = next((told for start, told in _REMEDIES.items() if kind.startswith(start)), REMEDY)
            raise DataFolderError(f"{self._path} cannot be used ({error}).", remedy) from None


def _use_wal(connection: sqlite3.Connection) -> None:
    """Turn to the write-ahead log; sqlite does not wait by itself for others who turn to it at the same moment."""
    import sqlite3

    deadline = time.monotonic() + _BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY") or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_S)
        else:
            return


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
