"""The reference of minimax_alpha_beta against plain minimax over whole games, and the known theory of Nim."""

from __future__ import annotations

import itertools

import pytest

from tests.support.references import References

LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]


class Nim:
    """Heaps; who takes the last stone wins."""

    def moves(self, heaps: tuple[int, ...]) -> list[tuple[int, int]]:
        return [(i, k) for i, n in enumerate(heaps) for k in range(1, n + 1)]

    def play(self, heaps: tuple[int, ...], move: tuple[int, int]) -> tuple[int, ...]:
        i, k = move
        return (*heaps[:i], heaps[i] - k, *heaps[i + 1 :])

    def value(self, heaps: tuple[int, ...]) -> float:
        return -1


@pytest.mark.parametrize("heaps", list(itertools.combinations_with_replacement(range(4), 3)))
def test_nim_follows_bouton(reference: References, heaps: tuple[int, ...]) -> None:
    """The player to move wins exactly where the exclusive or of the heaps is not 0, by a move that makes it 0."""
    value, move = reference("minimax_alpha_beta").alpha_beta(Nim(), heaps, 20)
    nimber = heaps[0] ^ heaps[1] ^ heaps[2]
    assert value == (1 if nimber else -1)
    if nimber:
        a, b, c = Nim().play(heaps, move)
        assert a ^ b ^ c == 0


def test_never_loses_a_game(reference: References) -> None:
    """Against every opponent, moving first or second, tic-tac-toe is never lost, and won from a blunder."""
    choose = reference("minimax_alpha_beta").tic_tac_toe
    answers: dict[str, int] = {}

    def play(board: str, ours: str) -> set[str]:
        """Return all outcomes: who won, or a dot."""
        winner = next((board[a] for a, b, c in LINES if board[a] == board[b] == board[c] != "."), None)
        if winner or "." not in board:
            return {winner or "."}
        turn = "X" if board.count("X") == board.count("O") else "O"
        free = [i for i, stone in enumerate(board) if stone == "."]
        if turn == ours:
            free = [answers[board] if board in answers else answers.setdefault(board, choose(board))]
        return set().union(*(play(board[:i] + turn + board[i + 1 :], ours) for i in free))

    assert play("." * 9, "X") == {"X", "."}
    assert play("X" + "." * 8, "O") <= {"O", "."}
    assert play("....X....", "O") <= {"O", "."}
