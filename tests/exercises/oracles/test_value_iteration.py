"""The reference of value_iteration against linear programming."""

import numpy as np
import pytest
from scipy.optimize import linprog


@pytest.mark.parametrize("seed", range(8))
def test_optimal_values_solve_the_linear_program(reference, seed):
    """The least V with V >= R + gamma P V for every action is what both iterations find."""
    solution = reference("value_iteration")
    rng = np.random.default_rng(seed)
    n_states, n_actions, gamma = int(rng.integers(2, 12)), int(rng.integers(1, 5)), float(rng.uniform(0, 0.97))
    P = rng.random((n_states, n_actions, n_states))
    P /= P.sum(axis=2, keepdims=True)
    R = rng.normal(size=(n_states, n_actions))
    rows = np.repeat(np.eye(n_states), n_actions, axis=0) - gamma * P.reshape(-1, n_states)
    best = linprog(np.ones(n_states), A_ub=-rows, b_ub=-R.ravel(), bounds=(None, None)).x

    assert np.allclose(solution.value_iteration(P, R, gamma)[0], best, atol=1e-6)
    assert np.allclose(solution.policy_iteration(P, R, gamma)[0], best, atol=1e-6)
