"""As Russell and Norvig write it: max_value and min_value with fail-soft bounds."""

import math


def alpha_beta(game, state, depth):
    """Alpha-beta search from the view of MAX, who is to move at the root."""

    def max_value(s, d, alpha, beta):
        actions = game.moves(s) if d > 0 else []
        if not actions:
            return game.value(s), None
        v, best = -math.inf, None
        for a in actions:
            v2, _ = min_value(game.play(s, a), d - 1, alpha, beta)
            if best is None or v2 > v:
                v, best = v2, a
                alpha = max(alpha, v)
            if v >= beta:
                return v, best
        return v, best

    def min_value(s, d, alpha, beta):
        actions = game.moves(s) if d > 0 else []
        if not actions:
            return -game.value(s), None
        v, best = math.inf, None
        for a in actions:
            v2, _ = max_value(game.play(s, a), d - 1, alpha, beta)
            if best is None or v2 < v:
                v, best = v2, a
                beta = min(beta, v)
            if v <= alpha:
                return v, best
        return v, best

    return max_value(state, depth, -math.inf, math.inf)


def tic_tac_toe(board):
    """Minimax over the whole game."""
    lines = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]

    class Rules:
        def won(self, b):
            return any(b[i] != "." and b[i] == b[j] == b[k] for i, j, k in lines)

        def moves(self, b):
            return [] if self.won(b) else [i for i in range(9) if b[i] == "."]

        def play(self, b, i):
            return b[:i] + ("O" if b.count("X") > b.count("O") else "X") + b[i + 1 :]

        def value(self, b):
            return -1 if self.won(b) else 0

    return alpha_beta(Rules(), board, 9)[1]
