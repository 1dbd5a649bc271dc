"""Which rows are where: who gets the next one, and which row is to blame when a worker is lost.

A worker takes down every row that it has, so all of them are suspects.  Each is then tried again on a worker that grades
nothing else meanwhile; so a row that is set aside was alone with the last workers that it cost, and innocent neighbours are not.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_LOSSES: Final = 3
_AHEAD: Final = 2  # rows a thread: one at work, one that is there already when that is done


@dataclass(slots=True)
class _Place:
    """A worker of the cluster."""

    threads: int
    rows: set[int] = field(default_factory=set)
    kept_for: int | None = None

    @property
    def fill(self) -> float:
        return len(self.rows) / self.threads


class Board:
    """Rows and the workers that have them."""

    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}
        self._where: dict[int, str] = {}
        self._suspects: deque[int] = deque()
        self._losses: Counter[int] = Counter()

    @property
    def addresses(self) -> frozenset[str]:
        """The workers that take rows."""
        return frozenset(self._places)

    @property
    def threads(self) -> int:
        """How many rows all workers grade at the same time."""
        return sum(place.threads for place in self._places.values())

    @property
    def is_idle(self) -> bool:
        """Whether no row is anywhere, and none waits to be tried again."""
        return not self._where and not self._suspects

    def join(self, address: str, threads: int) -> None:
        """Give rows to a worker from now on.

        Parameters
        ----------
        address : str
            Of the worker.
        threads : int
            How many rows it grades at the same time, at least 1.
        """
        self._places[address] = _Place(threads)

    def leave(self, address: str) -> tuple[list[int], list[int]]:
        """Take a worker that is lost off the board.

        Parameters
        ----------
        address : str
            Of the worker.

        Returns
        -------
        tuple of (list of int, list of int)
            Rows that it had; and those among them that have now cost as many workers as they may, and are set aside.
        """
        had = sorted(self._places[address].rows)
        aside = [row for row in had if self.lose(row)]
        del self._places[address]
        return had, aside

    def lose(self, row: int) -> bool:
        """Note that a row was lost with its worker; True if it is set aside, else it will be tried again."""
        self.done(row)
        self._losses[row] += 1
        if self._losses[row] >= MOST_LOSSES:
            return True
        self._suspects.append(row)
        return False

    def where(self, row: int) -> str:
        """Return the worker that has a row."""
        return self._where[row]

    def done(self, row: int) -> None:
        """Take a row off the board."""
        place = self._places[self._where.pop(row)]
        place.rows.discard(row)
        if place.kept_for == row:
            place.kept_for = None

    def next(self, fresh: Callable[[], int | None]) -> tuple[int, str] | None:
        """Say which row goes where; None when every worker has enough, or nothing is left.

        Parameters
        ----------
        fresh : callable
            Returns a row that was nowhere before; None when there is none. Called only when a worker is free for it.
        """
        return self._next_suspect() or self._next_fresh(fresh)

    def _next_suspect(self) -> tuple[int, str] | None:
        for row in self._suspects:
            address = self._kept(row)
            if address is None:
                return None
            if not self._places[address].rows:
                self._suspects.remove(row)
                return self._put(row, address)
        return None

    def _kept(self, row: int) -> str | None:
        """Return the worker that is kept for a suspect, and keep one if none is yet."""
        for address, place in self._places.items():
            if place.kept_for == row:
                return address
        free = [address for address, place in self._places.items() if place.kept_for is None]
        if not free:
            return None
        address = min(free, key=lambda one: self._places[one].fill)
        self._places[address].kept_for = row
        return address

    def _next_fresh(self, fresh: Callable[[], int | None]) -> tuple[int, str] | None:
        free = [
            address
            for address, place in self._places.items()
            if place.kept_for is None and len(place.rows) < _AHEAD * place.threads
        ]
        row = fresh() if free else None
        return None if row is None else self._put(row, min(free, key=lambda one: self._places[one].fill))

    def _put(self, row: int, address: str) -> tuple[int, str]:
        self._places[address].rows.add(row)
        self._where[row] = address
        return row, address
