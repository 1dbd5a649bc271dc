"""Hidden tests of value_iteration."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_shape, assert_that, speed

STAY, GO = [1.0, 0.0], [0.0, 1.0]
P2 = np.array([[STAY, GO], [GO, GO]])  # state 1 absorbs
R2 = np.array([[1.0, 0.0], [2.0, 0.0]])


def draw(seed, n_states, n_actions, sparse=False):
    """A random decision process whose action values differ clearly."""
    rng = np.random.default_rng(seed)
    P = rng.random((n_states, n_actions, n_states)) + 1e-3
    if sparse:
        P *= rng.random(P.shape) < 0.4
        P[..., 0] += 1e-3
    return P / P.sum(axis=2, keepdims=True), rng.normal(size=(n_states, n_actions))


def slow_evaluation(P, R, gamma, policy):
    """Values of a deterministic policy by very many backups, state by state."""
    V = np.zeros(len(P))
    for _ in range(120):
        V = np.array([R[s, a] + gamma * sum(P[s, a, t] * V[t] for t in range(len(P))) for s, a in enumerate(policy)])
    return V


def best_by_enumeration(P, R, gamma):
    """The best values over all deterministic policies."""
    n_states, n_actions = R.shape
    eye = np.eye(n_states)
    values = []
    for policy in itertools.product(range(n_actions), repeat=n_states):
        rows = np.arange(n_states), np.array(policy)
        values.append(np.linalg.solve(eye - gamma * P[rows], R[rows]))
    return np.max(values, axis=0)


def corridor(n):
    """Staying and moving on in a row of states; only the last move pays."""
    P, R = np.zeros((n, 2, n)), np.zeros((n, 2))
    P[np.arange(n), 0, np.arange(n)] = 1
    P[np.arange(n), 1, np.minimum(np.arange(n) + 1, n - 1)] = 1
    R[n - 2, 1] = 10.0
    return P, R


def test_two_states_by_hand(candidate):
    """With gamma 0.9 it pays to leave the first state, with gamma 0.4 it pays to stay."""
    V, policy = candidate.value_iteration(P2, R2, 0.9)
    assert_close(V, np.array([18.0, 20.0]), rtol=0, atol=1e-6)
    assert_close(policy, [1, 0])
    V, policy = candidate.value_iteration(P2, R2, 0.4)
    assert_close(V, np.array([5 / 3, 10 / 3]), rtol=0, atol=1e-6)
    assert_close(policy, [0, 0])


def test_costs_by_hand(candidate):
    """Values that fall from sweep to sweep are followed down to the end."""
    V, policy = candidate.value_iteration(P2, np.array([[-1.0, -3.0], [-2.0, -2.5]]), 0.9)
    assert_close(V, np.array([-10.0, -20.0]), rtol=0, atol=1e-6)
    assert_close(policy, [0, 0])


def test_gamma_zero_takes_the_best_reward(candidate):
    """Without a future the value is the greatest reward."""
    P, R = draw(1, 4, 3)
    V, policy = candidate.value_iteration(P, R, 0.0)
    assert_close(V, R.max(axis=1))
    assert_close(policy, R.argmax(axis=1))


@given(
    n_states=st.integers(1, 4), n_actions=st.integers(1, 3), tenths=st.integers(0, 9), seed=st.integers(0, 2**32 - 1)
)
def test_values_are_the_best_of_all_policies(candidate, n_states, n_actions, tenths, seed):
    """Optimal values are those of the best deterministic policy, found by trying all of them."""
    P, R = draw(seed, n_states, n_actions)
    best = best_by_enumeration(P, R, tenths / 10)
    V, policy = candidate.value_iteration(P, R, tenths / 10)
    assert_close(V, best, rtol=0, atol=1e-6)
    rows = np.arange(n_states), policy
    assert_close(R[rows] + tenths / 10 * P[rows] @ best, best, rtol=0, atol=1e-6)


def test_evaluation_by_hand(candidate):
    """The values of a policy are those worked out by hand, also if it isn't the best one."""
    assert_close(candidate.policy_evaluation(P2, R2, 0.5, np.array([1, 0])), np.array([2.0, 4.0]), rtol=0, atol=1e-6)
    # State 0 stays and gets 1 for ever, state 1 gets nothing.
    assert_close(candidate.policy_evaluation(P2, R2, 0.9, np.array([0, 1])), np.array([10.0, 0.0]), rtol=0, atol=1e-6)


@given(n_states=st.integers(1, 4), n_actions=st.integers(1, 3), seed=st.integers(0, 2**32 - 1))
def test_evaluation_matches_many_backups(candidate, n_states, n_actions, seed):
    """The values of a policy are what very many backups lead to."""
    P, R = draw(seed, n_states, n_actions)
    policy = np.random.default_rng(seed).integers(0, n_actions, n_states)
    expected = slow_evaluation(P, R, 0.6, policy.tolist())
    assert_close(candidate.policy_evaluation(P, R, 0.6, policy), expected, rtol=0, atol=1e-6)


def test_policy_iteration_by_hand(candidate):
    """It pays to leave the first state, and policy iteration finds that out."""
    V, policy, _ = candidate.policy_iteration(P2, R2, 0.9)
    assert_close(V, np.array([18.0, 20.0]), rtol=0, atol=1e-6)
    assert_close(policy, [1, 0])


def test_policy_iteration_walks_down_a_corridor(candidate):
    """In a corridor whose reward is at the far end, every state but the last learns to move on."""
    V, policy, _ = candidate.policy_iteration(*corridor(5), 0.5)
    assert_close(V, np.array([1.25, 2.5, 5.0, 10.0, 0.0]), rtol=0, atol=1e-6)
    assert_close(policy[:4], [1, 1, 1, 1])


@given(n_states=st.integers(1, 4), n_actions=st.integers(1, 3), seed=st.integers(0, 2**32 - 1))
def test_policy_iteration_finds_the_best(candidate, n_states, n_actions, seed):
    """Policy iteration ends with the best values, and its policy has them."""
    P, R = draw(seed, n_states, n_actions, sparse=True)
    V, policy, _ = candidate.policy_iteration(P, R, 0.9)
    assert_close(V, best_by_enumeration(P, R, 0.9), rtol=1e-6, atol=1e-6)
    rows = np.arange(n_states), policy
    assert_close(V, R[rows] + 0.9 * P[rows] @ V, rtol=1e-6, atol=1e-6)


@pytest.mark.fine
def test_finite_horizon_by_hand(candidate):
    """With two steps left it pays to move, with one step left it does not: the policy depends on time."""
    V, policy = candidate.finite_horizon(P2, np.array([[1.0, 0.0], [3.0, 0.0]]), 2)
    assert_close(V, np.array([[3.0, 6.0], [1.0, 3.0], [0.0, 0.0]]))
    assert_equal(policy.tolist(), [[1, 0], [0, 0]])


@pytest.mark.fine
@given(n_states=st.integers(1, 3), n_actions=st.integers(1, 3), H=st.integers(0, 3), seed=st.integers(0, 2**32 - 1))
def test_finite_horizon_looks_ahead(candidate, n_states, n_actions, H, seed):
    """Values at each time are those of looking ahead over all actions to the end."""

    def ahead(s, left):
        if not left:
            return 0.0
        nexts = [sum(P[s, a, t] * ahead(t, left - 1) for t in range(n_states)) for a in range(n_actions)]
        return max(R[s, a] + nexts[a] for a in range(n_actions))

    P, R = draw(seed, n_states, n_actions)
    V, policy = candidate.finite_horizon(P, R, H)
    assert_shape(V, (H + 1, n_states))
    assert_shape(policy, (H, n_states))
    assert_close(V, np.array([[ahead(s, H - t) for s in range(n_states)] for t in range(H + 1)]))


@pytest.mark.fine
def test_types_of_the_results(candidate):
    """Values are float64 arrays, and policies integer arrays of one action a state."""
    V, policy = candidate.value_iteration(P2, R2, 0.5)
    assert_dtype(V, "float64")
    assert_shape(policy, (2,))
    assert_that(policy.dtype.kind in "iu", "is no array of integers", policy)
    V, policy, _ = candidate.policy_iteration(P2, R2, 0.5)
    assert_dtype(V, "float64")
    assert_that(policy.dtype.kind in "iu", "is no array of integers", policy)
    assert_dtype(candidate.policy_evaluation(P2, R2, 0.5, np.array([1, 0])), "float64")


@pytest.mark.fine
@pytest.mark.parametrize("gamma", [0.98, 0.995])
def test_the_error_stays_below_tol_for_patient_agents(candidate, gamma):
    """Near gamma 1 a small change is no small error: values are within tol of the optimum all the same."""
    P, R = draw(5, 6, 3, sparse=True)
    exact = candidate.policy_iteration(P, R, gamma)[0]
    for tol in (1e-2, 1e-5):
        V, _ = candidate.value_iteration(P, R, gamma, tol)
        assert_that(
            np.abs(V - exact).max() <= tol, f"differs from the optimum by {np.abs(V - exact).max():.3g}, tol {tol:g}"
        )


@pytest.mark.fine
@pytest.mark.parametrize("gamma", [0.3, 0.5, 0.9])
def test_one_state_is_stopped_neither_early_nor_late(candidate, gamma):
    """A state that pays 1 for ever is worth 1 / (1 - gamma), within tol for every tol, whatever its neighbours do."""
    P, R = np.eye(2)[:, None], np.array([[1.0], [0.0]])  # beside one that pays nothing, and is settled at once
    for tol in np.geomspace(1e-3, 0.3, 12):
        error = abs(candidate.value_iteration(P, R, gamma, tol)[0][0] - 1 / (1 - gamma))
        assert_that(error <= tol * (1 + 1e-9), f"is off by {error:.3g}, tol {tol:.3g}")


@pytest.mark.fine
def test_the_policy_fits_the_returned_values(candidate):
    """However large tol is, the policy is greedy with respect to the values that are returned with it."""
    # After one sweep V is (1, 3). With respect to it moving on is better in state 0; with respect to zero it is not.
    cases = [(P2, np.array([[1.0, 0.0], [3.0, 0.0]]), 0.9, 30.0)]
    cases += [(*draw(seed, 4, 3), 0.5, tol) for seed in range(6) for tol in (0.3, 1.0)]
    for P, R, gamma, tol in cases:
        V, policy = candidate.value_iteration(P, R, gamma, tol)
        Q = R + gamma * P @ V
        loss = (Q.max(axis=1) - Q[np.arange(len(P)), policy]).max()
        assert_that(loss <= 1e-9, f"has an action that is worse than the greedy one by {loss:.3g}, tol {tol:g}")


@pytest.mark.fine
def test_equal_actions_take_the_lowest(candidate):
    """Actions equal up to round-off count as equal in value_iteration and finite_horizon."""
    P, R = draw(3, 3, 1)
    P, R = np.repeat(P, 4, axis=1), np.repeat(R, 4, axis=1)
    R[:, 1] += 1e-12
    R[:, 3] += 2e-12
    assert_close(candidate.value_iteration(P, R, 0.8)[1], [0, 0, 0])
    assert_close(candidate.value_iteration(P2, R2, 0.5)[1], [0, 0])
    assert_close(candidate.finite_horizon(P, R, 2)[1], [[0, 0, 0], [0, 0, 0]])


@pytest.mark.fine
def test_a_small_advantage_is_taken(candidate):
    """An action that is better by 1e-8 is not equal."""
    P, R = draw(3, 3, 1)
    P, R = np.repeat(P, 2, axis=1), np.repeat(R, 2, axis=1)
    R[:, 1] += 1e-8
    assert_equal(candidate.value_iteration(P, R, 0.8)[1].tolist(), [1, 1, 1])
    assert_equal(candidate.policy_iteration(P, R, 0.8)[1].tolist(), [1, 1, 1])
    assert_equal(candidate.finite_horizon(P, R, 1)[1].tolist(), [[1, 1, 1]])


@pytest.mark.fine
@given(n_states=st.integers(1, 4), n_actions=st.integers(1, 3), seed=st.integers(0, 2**32 - 1))
def test_evaluation_of_probabilities(candidate, n_states, n_actions, seed):
    """A policy may give the probabilities of all actions; certain ones are like a policy of actions."""
    mixed = np.array([[0.5, 0.5], [0.25, 0.75]])
    # V1 = 0.5 + 0.9 V1 = 5; V0 = 0.5 + 0.9 (V0 + V1) / 2
    assert_close(candidate.policy_evaluation(P2, R2, 0.9, mixed), np.array([2.75 / 0.55, 5.0]))
    P, R = draw(seed, n_states, n_actions)
    policy = np.random.default_rng(seed).integers(0, n_actions, n_states)
    got = candidate.policy_evaluation(P, R, 0.6, np.eye(n_actions)[policy])
    assert_close(got, candidate.policy_evaluation(P, R, 0.6, policy))


@pytest.mark.fine
def test_evaluation_is_exact_near_gamma_one(candidate):
    """With gamma 0.999999 the values still solve their equation."""
    P, R = draw(8, 5, 2)
    V = candidate.policy_evaluation(P, R, 0.999999, np.zeros(5, dtype=np.int64))
    assert_close(V, R[:, 0] + 0.999999 * P[:, 0] @ V, rtol=1e-9)


@pytest.mark.fine
def test_policy_iteration_counts_rounds(candidate):
    """From action 0 everywhere, the rounds that change the policy are counted: down a corridor one a state."""
    assert_close(candidate.policy_iteration(P2, R2, 0.9)[2], 1)
    # Already optimal: nothing is changed.
    assert_close(candidate.policy_iteration(P2, np.array([[5.0, 0.0], [5.0, 0.0]]), 0.5)[2], 0)
    _, policy, rounds = candidate.policy_iteration(*corridor(5), 0.5)
    assert_close(policy, [1, 1, 1, 1, 0])
    assert_close(rounds, 4)


@pytest.mark.fine
def test_policy_iteration_changes_all_states_at_once(candidate):
    """A round changes every state in which another action is better: here all four, in one round."""
    P = np.repeat(np.eye(4)[:, None], 2, axis=1)
    R = np.array([[0.0, 1.0], [0.0, 2.0], [1.0, 4.0], [0.0, 0.5]])
    _, policy, rounds = candidate.policy_iteration(P, R, 0.5)
    assert_close(policy, [1, 1, 1, 1])
    assert_close(rounds, 1)


@pytest.mark.fine
def test_policy_iteration_ends_on_ties(candidate):
    """Two actions that are equal up to round-off do not take turns for ever, and the first one is kept."""
    P, R = draw(11, 4, 1)
    P, R = np.repeat(P, 3, axis=1), np.repeat(R, 3, axis=1)
    R[:, 1:] += np.array([1e-13, 3e-13])
    V, policy, n = candidate.policy_iteration(P, R, 0.95)
    assert_equal(policy.tolist(), [0, 0, 0, 0])
    assert_equal(int(n), 0)


@pytest.mark.fine
@pytest.mark.parametrize("name", ["value_iteration", "policy_evaluation", "policy_iteration"])
@pytest.mark.parametrize("gamma", [1.0, -0.1, 1.5])
def test_discounts_outside_the_range_are_refused(candidate, name, gamma):
    """Discounts below 0, and from 1 on, raise ValueError."""
    more = [np.array([0, 0])] if name == "policy_evaluation" else []
    with assert_raises(ValueError):
        getattr(candidate, name)(P2, R2, gamma, *more)


@pytest.mark.fine
@pytest.mark.parametrize("name", ["value_iteration", "policy_evaluation", "policy_iteration", "finite_horizon"])
def test_broken_processes_are_refused(candidate, name):
    """Rows that do not sum to 1, negative probabilities and shapes that do not match raise ValueError."""
    more = {"value_iteration": [0.5], "policy_evaluation": [0.5, np.array([0, 0])], "policy_iteration": [0.5]}
    arguments = more.get(name, [2])
    short, barely, above, negative = (P2.copy() for _ in range(4))
    short[0, 0], barely[1, 0], above[0, 1] = [0.5, 0.4], [0.5, 0.4998], [0.5002, 0.5]
    negative[1, 1] = [-0.5, 1.5]
    for P, R in (
        (short, R2),
        (barely, R2),
        (above, R2),
        (negative, R2),
        (P2, R2[:, :1]),
        (P2, R2.ravel()),
        (P2.transpose(1, 0, 2)[:1], R2),
        (P2[0], R2),
    ):
        with assert_raises(ValueError):
            getattr(candidate, name)(P, R, *arguments)


@pytest.mark.fine
def test_broken_policies_are_refused(candidate):
    """A policy of the wrong shape, with an unknown action or with a row that is no distribution raises ValueError."""
    for pi in (
        np.array([0]),
        np.array([0, 2]),
        np.array([0, -1]),
        np.array([[0.5, 0.4], [1.0, 0.0]]),
        np.array([[1.5, -0.5], [1.0, 0.0]]),
        np.array([[1.0, 0.0]]),
    ):
        with assert_raises(ValueError):
            candidate.policy_evaluation(P2, R2, 0.5, pi)


@pytest.mark.fine
def test_no_steps_and_negative_horizons(candidate):
    """No steps give zero values and an empty policy; fewer raise ValueError."""
    V, policy = candidate.finite_horizon(P2, R2, 0)
    assert_close(V, np.zeros((1, 2)))
    assert_shape(policy, (0, 2))
    with assert_raises(ValueError):
        candidate.finite_horizon(P2, R2, -1)


@pytest.mark.scale
def test_many_states_are_quick(candidate, reference, rng):
    """A hundred and twenty states and six actions take no loop over states or actions."""

    def prepare(subject, rng):
        P, R = draw(int(rng.integers(2**32)), 120, 6)
        return lambda: subject.value_iteration(P, R, 0.5)

    def check(got, expected):
        assert_close(got[0], expected[0], rtol=0, atol=1e-6)

    speed(candidate, reference, prepare, rng, limit=10, check=check)
