"""Minimax search with alpha-beta pruning, and tic-tac-toe."""

from __future__ import annotations

import math
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
    if depth < 0:
        raise ValueError(f"cannot look {depth} moves ahead")
    return _search(game, state, depth, -math.inf, math.inf)


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
    ahead = board.count("X") - board.count("O")
    if len(board) != 9 or set(board) - set("XO.") or ahead not in {0, 1}:
        raise ValueError(f"{board!r} is no position")
    game = _TicTacToe()
    if not game.moves(board):
        raise ValueError(f"{board!r} is over")
    return alpha_beta(game, board, 9)[1]


def _search(game: _Game, state: Any, depth: int, alpha: float, beta: float) -> tuple[float, Any]:
    """Search with bounds: outside of them the value may be a bound itself, on the same side."""
    moves = game.moves(state) if depth else []
    if not moves:
        return game.value(state), None
    best, best_move = -math.inf, moves[0]
    for move in moves:
        # The opponent's bounds are ours, swapped and negated.
        value = -_search(game, game.play(state, move), depth - 1, -beta, -alpha)[0]
        if value > best:  # an equal one may be a mere bound of a worse move
            best, best_move = value, move
        alpha = max(alpha, best)
        if alpha >= beta:
            break
    return best, best_move


class _Game(Protocol):
    """A game of two players who take turns."""

    def moves(self, state: Any, /) -> list[Any]:
        """List the legal moves; none where the game is over."""

    def play(self, state: Any, move: Any, /) -> Any:
        """Return the state after a move."""

    def value(self, state: Any, /) -> float:
        """Evaluate a state for the player to move."""


class _TicTacToe:
    """Rules; the value of a lost board is worse the more squares are empty."""

    _LINES = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6))

    def moves(self, board: str) -> list[int]:
        return [] if self._lost(board) else [i for i, stone in enumerate(board) if stone == "."]

    def play(self, board: str, move: int) -> str:
        stone = "X" if board.count("X") == board.count("O") else "O"
        return board[:move] + stone + board[move + 1 :]

    def value(self, board: str) -> float:
        return -1 - board.count(".") if self._lost(board) else 0

    def _lost(self, board: str) -> bool:
        return any(board[a] == board[b] == board[c] != "." for a, b, c in self._LINES)
