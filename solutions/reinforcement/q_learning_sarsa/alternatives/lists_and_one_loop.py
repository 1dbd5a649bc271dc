"""Nested lists and one loop for all four, which differ by a function for the future."""

import numpy as np


def q_learning(Q, transitions, alpha, gamma):
    """Greatest value next."""
    return _replay(Q, transitions, alpha, gamma, lambda row: max(row))


def sarsa(Q, transitions, alpha, gamma):
    """Value of the action taken next."""
    rows = _rows(Q)
    _ranges(alpha, gamma)
    for s, a, r, s2, a2, terminated in transitions:
        target = r if terminated else r + gamma * rows[s2][a2]
        rows[s][a] = (1 - alpha) * rows[s][a] + alpha * target
    return np.array(rows)


def expected_sarsa(Q, transitions, alpha, gamma, eps):
    """Mean over the policy next."""
    if eps < 0 or eps > 1:
        raise ValueError("eps")

    def mean(row):
        chances = np.full(len(row), eps / len(row))
        chances[np.argmax(row)] += 1 - eps
        return float(chances @ np.array(row))

    return _replay(Q, transitions, alpha, gamma, mean)


def double_q_learning(Qa, Qb, transitions, coins, alpha, gamma):
    """Two tables in one list, picked by the coin."""
    _ranges(alpha, gamma)
    coins = [int(coin) for coin in coins]
    if len(coins) != len(transitions):
        raise ValueError("coins")
    tables = [_rows(Qb), _rows(Qa)]
    for (s, a, r, s2, terminated), coin in zip(transitions, coins):
        mine, other = tables[coin], tables[1 - coin]
        target = r
        if not terminated:
            target += gamma * other[s2][mine[s2].index(max(mine[s2]))]
        mine[s][a] += alpha * (target - mine[s][a])
    return np.array(tables[1]), np.array(tables[0])


def _replay(Q, transitions, alpha, gamma, future):
    _ranges(alpha, gamma)
    rows = _rows(Q)
    for s, a, r, s2, terminated in transitions:
        target = r if terminated else r + gamma * future(rows[s2])
        rows[s][a] += alpha * (target - rows[s][a])
    return np.array(rows)


def _rows(Q):
    return np.asarray(Q).astype(float).tolist()


def _ranges(alpha, gamma):
    if alpha <= 0 or alpha > 1 or gamma < 0 or gamma > 1:
        raise ValueError("out of range")
