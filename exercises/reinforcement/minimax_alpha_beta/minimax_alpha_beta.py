"""Minimax search with alpha-beta pruning, and tic-tac-toe."""

from __future__ import annotations

from typing import Any, Protocol


def alpha_beta(game: _Game, state: Any, depth: int) -> tuple[float, Any]:
    """Search for the best move.

    Parameters
    ----------
    game : object
        Rules, with the methods `moves`, `play` and `value`.
    state : object
        Where to begin.
    depth : int
        Number of moves to look ahead.

    Returns
    -------
    value : float
        Value of the state for the player to move.
    move : object
        First best move; None if there is none or the depth is 0.

    Raises
    ------
    ValueError
        If the depth is negative.

    Examples
    --------
    >>> class Nim:  # take one or two; who takes the last one wins
    ...     def moves(self, n): return [k for k in (1, 2) if k <= n]
    ...     def play(self, n, k): return n - k
    ...     def value(self, n): return -1 if n == 0 else 0
    >>> alpha_beta(Nim(), 5, 10), alpha_beta(Nim(), 3, 10)
    ((1, 2), (-1, 1))
    """
    raise NotImplementedError


def tic_tac_toe(board: str) -> int:
    """Choose a perfect move.

    Parameters
    ----------
    board : str
        Nine characters `X`, `O` and `.`, row by row.

    Returns
    -------
    int
        Index of the move: the quickest win, else a draw, else the latest loss.

    Raises
    ------
    ValueError
        If the board is no position of a game that goes on.

    Examples
    --------
    >>> tic_tac_toe("XX.OO....")
    2
    """
    raise NotImplementedError


class _Game(Protocol):
    """A game of two players who take turns."""

    def moves(self, state: Any, /) -> list[Any]:
        """List the legal moves; none where the game is over."""
        raise NotImplementedError

    def play(self, state: Any, move: Any, /) -> Any:
        """Return the state after a move."""
        raise NotImplementedError

    def value(self, state: Any, /) -> float:
        """Evaluate a state for the player to move."""
        raise NotImplementedError
