"""The reference of q_learning_sarsa against planning in a known chain."""

import numpy as np
import pytest

GAMMA, EPS, N = 0.9, 0.2, 5


def step(s, a, rng=None):
    """Walk left or right on a line; the right end pays 1 and ends the episode."""
    s2 = max(s - 1, 0) if a == 0 else s + 1
    return s2, float(s2 == N), s2 == N


def plan(value):
    """Action values of the fixed point for a way to value the next state."""
    Q = np.zeros((N, 2))
    for _ in range(2000):
        old = Q.copy()
        for s in range(N):
            for a in range(2):
                s2, r, end = step(s, a)
                Q[s, a] = r + (0 if end else GAMMA * value(old[s2]))
    return Q


def eps_greedy(row):
    chances = np.full(2, EPS / 2)
    chances[row.argmax()] += 1 - EPS
    return chances


def experience(n, seed):
    rng = np.random.default_rng(seed)
    return [
        (s, a, r, s2, end)
        for s, a in zip(rng.integers(0, N, n).tolist(), rng.integers(0, 2, n).tolist())
        for s2, r, end in [step(s, a)]
    ]


@pytest.mark.parametrize("seed", range(3))
def test_tables_converge_to_the_planned_values(reference, seed):
    """Q-learning and double Q-learning find the optimal values, expected SARSA those of the eps-greedy policy."""
    solution = reference("q_learning_sarsa")
    transitions = experience(6000, seed)
    Q = np.zeros((N, 2))
    best = plan(lambda row: row.max())
    assert np.abs(solution.q_learning(Q, transitions, 0.2, GAMMA) - best).max() < 0.05
    coins = np.random.default_rng(seed).random(6000) < 0.5
    for table in solution.double_q_learning(Q, Q, transitions, coins, 0.2, GAMMA):
        assert np.abs(table - best).max() < 0.05
    soft = plan(lambda row: eps_greedy(row) @ row)
    assert np.abs(solution.expected_sarsa(Q, transitions, 0.2, GAMMA, EPS) - soft).max() < 0.05


def test_sarsa_values_the_policy_that_acts(reference):
    """With next actions of a fixed random policy SARSA finds the values of that policy."""
    rng = np.random.default_rng(0)
    transitions = [(s, a, r, s2, int(rng.integers(2)), end) for s, a, r, s2, end in experience(60_000, 1)]
    Q = np.zeros((N, 2))
    for alpha in (0.2, 0.02, 0.005):
        Q = reference("q_learning_sarsa").sarsa(Q, transitions, alpha, GAMMA)
    assert np.abs(Q - plan(lambda row: row.mean())).max() < 0.05


def test_double_q_learning_is_not_biased_upwards(reference):
    """Among many actions that pay nothing on average, Q-learning hopes for much and double Q-learning does not."""
    solution = reference("q_learning_sarsa")
    single, double = [], []
    for seed in range(16):
        rng = np.random.default_rng(seed)
        transitions = []
        for a, r in zip(rng.integers(0, 10, 800).tolist(), rng.normal(size=800).tolist()):
            transitions += [(0, 0, 0.0, 1, False), (1, a, r, 0, True)]
        Q = np.zeros((2, 10))
        single.append(solution.q_learning(Q, transitions, 0.1, 1.0)[0, 0])
        coins = rng.random(len(transitions)) < 0.5
        double.append(np.mean([Q[0, 0] for Q in solution.double_q_learning(Q, Q, transitions, coins, 0.1, 1.0)]))
    assert np.mean(single) > 0.2
    assert abs(np.mean(double)) < 0.1
