"""Hidden tests of minimax_alpha_beta."""

import functools
import math

import pytest

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, expose

LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]
INF = math.inf


class Tree:
    """A game whose states are paths in nested lists; a leaf is its value, an inner node counts as `inner`."""

    def __init__(self, root, inner=0):
        self.root, self.inner, self.played, self.valued = root, inner, 0, []

    def at(self, state):
        return functools.reduce(lambda node, i: node[i], state, self.root)

    def moves(self, state):
        node = self.at(state)
        return list(range(len(node))) if isinstance(node, list) else []

    def play(self, state, move):
        self.played += 1
        return (*state, move)

    def value(self, state):
        self.valued.append(state)
        node = self.at(state)
        return self.inner if isinstance(node, list) else node


def minimax(node, depth, inner=0):
    """Value of a nested list for the player to move, without pruning."""
    if not isinstance(node, list) or not node:
        return node if node != [] else inner
    return max(-minimax(child, depth - 1, inner) for child in node) if depth else inner


def pruned(node, alpha, beta):
    """Value of a nested list, and how many moves are played with pruning."""
    if not isinstance(node, list):
        return node, 0
    best, count = -INF, 0
    for child in node:
        value, more = pruned(child, -beta, -max(alpha, best))
        best, count = max(best, -value), count + 1 + more
        if max(alpha, best) >= beta:
            break
    return best, count


def draw(rng, depth, widest, values=9):
    """A random tree."""
    if depth == 0 or rng.random() < 0.1:
        return int(rng.integers(-values, values + 1))
    return [draw(rng, depth - 1, widest, values) for _ in range(int(rng.integers(1, widest + 1)))]


def search(candidate, tree, depth, inner=0):
    """Result of a search from the root."""
    return candidate.alpha_beta(expose(Tree(tree, inner), "moves", "play", "value"), (), depth)


def check(candidate, tree, depth, inner=0):
    """Check the value, and that the move reaches it."""
    value, move = search(candidate, tree, depth, inner)
    expected = minimax(tree, depth, inner)
    assert_close(value, expected)
    if isinstance(tree, list) and depth:
        assert_that(move in range(len(tree)), f"gave the move {move!r}, which is not legal")
        assert_close(-minimax(tree[move], depth - 1, inner), expected)


@functools.cache
def solved(board):
    """Value of a board for the player to move: 1, 0 or -1."""
    if any(board[a] == board[b] == board[c] != "." for a, b, c in LINES):
        return -1
    return max((-solved(after(board, i)) for i in range(9) if board[i] == "."), default=0)


def after(board, i):
    """The board after a move."""
    return board[:i] + "XO"[board.count("X") > board.count("O")] + board[i + 1 :]


def position(rng, stones):
    """A random board with so many stones that is not over."""
    while True:
        order, board = rng.permutation(9), "." * 9
        for i in order[:stones]:
            board = after(board, int(i))
        if not any(board[a] == board[b] == board[c] != "." for a, b, c in LINES):
            return board


def test_two_moves_by_hand(candidate):
    """Values of leaves are those of the player to move there, so signs change with each move."""
    assert_close(search(candidate, [3, -2, 5], 1), (2, 1))
    assert_close(search(candidate, [[3, 12, 8], [2, 4, 6], [14, 5, 2]], 2), (3, 0))
    assert_close(search(candidate, [[[1, 5], [2, -6]], [[-3, 4], [-1, 7]]], 3), (1, 1))


def test_pruned_moves_have_bounds_not_values(candidate):
    """A move that is cut off with a bound equal to the best value is not as good as the best one."""
    check(candidate, [[5, 9], [5, -9]], 2)
    check(candidate, [[2, 3], [2, 1], [3, 3]], 2)
    check(candidate, [[[4, 1], [9]], [[4, 0], [2, -3]]], 3)


def test_depth_limits_the_search(candidate):
    """Where the depth is used up, the value of the state counts, whatever comes after it."""
    tree = [[[9, 9], [9, 9]], [-4, 1]]
    for depth in range(1, 5):
        for inner in (-3, 0, 2):
            check(candidate, tree, depth, inner)


def test_random_trees(candidate, rng):
    """The value is that of plain minimax, and the move reaches it."""
    for depth in (1, 2, 3, 3, 9):
        check(candidate, [draw(rng, 3, 3) for _ in range(3)], depth, inner=1)


def test_random_trees_with_few_values(candidate, rng):
    """The same where many values are equal."""
    for _ in range(5):
        check(candidate, [draw(rng, 3, 3, values=1) for _ in range(3)], 9)


def test_fewer_moves_are_played(candidate, rng):
    """Pruning plays clearly fewer moves than a full search."""
    root = rng.normal(size=(3, 3, 3, 3)).tolist()
    tree = Tree(root)
    value, _ = candidate.alpha_beta(expose(tree, "moves", "play", "value"), (), 4)
    assert_close(value, minimax(root, 4))
    assert_that(tree.played < 115, f"played {tree.played} of 120 moves")


def test_win_and_block(candidate):
    """A win in one is taken, and the opponent's is blocked."""
    for board, best in (("XX.OO....", 2), ("OO.XX..X.", 2), ("X..OO...X", 5), ("O.X.X....", 6), ("XOX.O....", 7)):
        assert_equal(int(candidate.tic_tac_toe(board)), best)


def test_perfect_play(candidate, rng):
    """From any board the move keeps the value of the game."""
    for stones in (3, 4, 4, 5, 5, 6, 6, 7, 8):
        board = position(rng, stones)
        move = int(candidate.tic_tac_toe(board))
        assert_that(move in range(9) and board[move] == ".", f"takes square {move} of {board!r}, which is not free")
        assert_that(-solved(after(board, move)) == solved(board), f"plays {move} on {board!r} and gives away the game")


@pytest.mark.fine
def test_first_of_equal_moves(candidate):
    """Of several best moves the first is returned, also where later ones are cut off."""
    assert_close(search(candidate, [[5, 9], [7, 5], [6, 5]], 2), (5, 0))
    assert_close(search(candidate, [[1], [5, 9], [5, -9], [5, 5]], 2), (5, 1))
    assert_close(search(candidate, [0, 0, 0], 1), (0, 0))


@pytest.mark.fine
def test_end_and_depth_zero(candidate):
    """Without a move to look at there is the value of the state and no move."""
    for tree, depth, expected in ((7, 3, 7), (7, 0, 7), ([], 2, 4), ([1, 2], 0, 4)):
        value, move = search(candidate, tree, depth, inner=4)
        assert_close(value, expected)
        assert_equal(move, None)


@pytest.mark.fine
def test_infinite_values(candidate):
    """Infinities are values like others; a lost position has a legal move."""
    assert_close(search(candidate, [INF, INF], 1), (-INF, 0))
    assert_close(search(candidate, [[-INF, 3], [2, INF]], 2), (2, 1))
    assert_close(search(candidate, [[INF, INF], [0]], 2), (INF, 0))


@pytest.mark.fine
def test_value_is_asked_at_the_end_only(candidate):
    """States from which the search goes on are not evaluated."""
    tree = Tree([[1, [2, 3]], [4]])
    candidate.alpha_beta(expose(tree, "moves", "play", "value"), (), 3)
    inner = [state for state in tree.valued if isinstance(tree.at(state), list)]
    assert_that(not inner, f"asked for the value of {inner[:1]}, where moves follow")


@pytest.mark.fine
def test_quick_wins_and_late_losses(candidate):
    """The quickest win is taken and a loss put off; of equal moves the lowest index is played."""
    for board, best in (
        ("XOXOX..O.", 6),
        ("XOX.O.X..", 7),
        ("XOX.O...X", 7),
        ("XOOX...X.", 6),
        ("XO..X....", 8),
        ("OX.X.....", 4),
        ("X........", 4),
        ("OOX..X...", 8),
    ):
        assert_equal(int(candidate.tic_tac_toe(board)), best)


@pytest.mark.fine
def test_what_is_no_position(candidate):
    """Boards that are over or impossible, and negative depths, raise ValueError."""
    for board in (
        "XXXOO....",
        "XOXXOOOXX",
        "XX.......",
        "O........",
        "XO......",
        "XO.......X",
        "xo.......",
        "",
        "XOOO.X...",
    ):
        with assert_raises(ValueError):
            candidate.tic_tac_toe(board)
    with assert_raises(ValueError):
        search(candidate, [1, 2], -1)


@pytest.mark.scale
def test_bounds_are_passed_down(candidate, rng):
    """No more moves are played than with both bounds passed down through all levels."""
    for root in (rng.normal(size=(3, 3, 3, 3)).tolist(), rng.integers(-1, 2, size=(3, 3, 3, 3)).tolist()):
        tree = Tree(root)
        candidate.alpha_beta(expose(tree, "moves", "play", "value"), (), 4)
        allowed = pruned(root, -INF, INF)[1]
        assert_that(tree.played <= allowed, f"played {tree.played} moves; {allowed} are enough")
