"""Hidden tests of q_learning_sarsa."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, put, speed

Q2 = np.array([[1.0, -1.0, 0.5], [4.0, 6.0, -2.0]])
METHODS = ["q_learning", "sarsa", "expected_sarsa", "double_q_learning"]


def draw(seed, n, n_states=3, n_actions=3, *, nowhere=False):
    """A table and random transitions with next action; with `nowhere`, indices after an end are nonsense."""
    rng = np.random.default_rng(seed)
    transitions = []
    for _ in range(n):
        s, s2 = rng.integers(0, n_states, 2).tolist()
        a, a2 = rng.integers(0, n_actions, 2).tolist()
        end = bool(rng.random() < 0.25)
        lost = end and nowhere
        transitions.append((s, a, float(rng.normal()), 99 if lost else s2, 99 if lost else a2, end))
    return rng.normal(size=(n_states, n_actions)), transitions, rng.random(n) < 0.5


def call(subject, name, Q, transitions, alpha=0.5, gamma=0.9, *, eps=0.25, coins=None):
    """One of the four methods on transitions with a next action; double Q-learning begins with Q and -Q."""
    if name == "sarsa":
        return subject.sarsa(Q, transitions, alpha, gamma)
    transitions = [(*t[:4], t[5]) for t in transitions]
    if name == "q_learning":
        return subject.q_learning(Q, transitions, alpha, gamma)
    if name == "expected_sarsa":
        return subject.expected_sarsa(Q, transitions, alpha, gamma, eps)
    coins = np.ones(len(transitions), dtype=bool) if coins is None else coins
    return subject.double_q_learning(Q, -Q, transitions, coins, alpha, gamma)


def slow(name, Q, transitions, coins, alpha=0.5, gamma=0.9, *, eps=0.25):
    """The definitions with dictionaries of Python floats."""

    def greedy(table, s):
        return max(range(n_actions), key=lambda a: (table[s, a], -a))

    n_states, n_actions = Q.shape
    first = {(s, a): float(Q[s, a]) for s in range(n_states) for a in range(n_actions)}
    second = {key: -value for key, value in first.items()}
    for i, (s, a, r, s2, a2, end) in enumerate(transitions):
        table, other = (first, second) if name != "double_q_learning" or coins[i] else (second, first)
        future = 0.0
        if not end:
            if name == "q_learning":
                future = max(table[s2, b] for b in range(n_actions))
            elif name == "sarsa":
                future = table[s2, a2]
            elif name == "expected_sarsa":
                best = greedy(table, s2)
                chances = [eps / n_actions + (1 - eps) * (b == best) for b in range(n_actions)]
                future = sum(p * table[s2, b] for b, p in enumerate(chances))
            else:
                future = other[s2, greedy(table, s2)]
        table[s, a] = (1 - alpha) * table[s, a] + alpha * (r + gamma * future)
    result = [np.array([[t[s, a] for a in range(n_actions)] for s in range(n_states)]) for t in (first, second)]
    return tuple(result) if name == "double_q_learning" else result[0]


def as_pair(got):
    """Both tables as one array, or the only one."""
    return np.stack(got) if isinstance(got, (tuple, list)) else got


def test_q_learning_by_hand(candidate):
    """The future is the greatest value of the next state."""
    # 0.5 + 0.25 * (2 + 0.5 * 6 - 0.5) = 1.625
    got = candidate.q_learning(Q2, [(0, 2, 2.0, 1, False)], 0.25, 0.5)
    assert_close(got, np.array([[1.0, -1.0, 1.625], [4.0, 6.0, -2.0]]))


def test_sarsa_by_hand(candidate):
    """The future is the value of the action that was taken next, not of the best one."""
    # 0.5 + 0.25 * (2 + 0.5 * -2 - 0.5) = 0.625
    got = candidate.sarsa(Q2, [(0, 2, 2.0, 1, 2, False)], 0.25, 0.5)
    assert_close(got, np.array([[1.0, -1.0, 0.625], [4.0, 6.0, -2.0]]))


def test_expected_sarsa_by_hand(candidate):
    """The future is the mean of the next state's values under the eps-greedy policy."""
    # Probabilities 0.1, 0.8, 0.1: 0.4 + 4.8 - 0.2 = 5, then 0.5 + 0.25 * (2 + 0.5 * 5 - 0.5) = 1.5
    got = candidate.expected_sarsa(Q2, [(0, 2, 2.0, 1, False)], 0.25, 0.5, 0.3)
    assert_close(got, np.array([[1.0, -1.0, 1.5], [4.0, 6.0, -2.0]]))


def test_expected_sarsa_with_extreme_eps(candidate):
    """With eps 0 it is Q-learning, with eps 1 the future is the plain mean."""
    transitions = [(0, 2, 2.0, 1, False), (1, 0, 0.0, 0, False)]
    greedy = candidate.q_learning(Q2, transitions, 0.5, 0.9)
    assert_close(candidate.expected_sarsa(Q2, transitions, 0.5, 0.9, 0.0), greedy)
    # 4 + 0.5 * (3 + 0.75 * 1/6 - 4) = 3.5625, the mean of the first row being 1/6
    got = candidate.expected_sarsa(Q2, [(1, 0, 3.0, 0, False)], 0.5, 0.75, 1.0)
    assert_close(got[1][0], 3.5625)


def test_double_q_by_hand(candidate):
    """The coin says which table is updated; it chooses the action, and the other table says what it is worth."""
    Qa, Qb = Q2, np.array([[2.0, 3.0, 0.0], [7.0, 8.0, 9.0]])
    one, two = candidate.double_q_learning(Qa, Qb, [(0, 2, 2.0, 1, False)], np.array([True]), 0.25, 0.5)
    assert_close(one[0][2], 0.5 + 0.25 * (2 + 0.5 * 8 - 0.5))
    assert_close(two, Qb)
    one, two = candidate.double_q_learning(Qa, Qb, [(0, 2, 2.0, 1, False)], np.array([False]), 0.25, 0.5)
    assert_close(one, Qa)
    assert_close(two[0][2], 0.25 * (2 + 0.5 * -2))


@pytest.mark.parametrize("name", METHODS)
def test_no_future_after_the_end(candidate, name):
    """A terminated step counts its reward only."""
    got = as_pair(call(candidate, name, Q2, [(0, 1, 3.0, 1, 1, True)], 0.5, 1.0))
    # -1 + 0.5 * (3 - -1) = 1
    expected = np.array([[1.0, 1.0, 0.5], [4.0, 6.0, -2.0]])
    assert_close(got, np.stack([expected, -Q2]) if name == "double_q_learning" else expected)


@pytest.mark.parametrize("name", METHODS)
def test_a_step_back_to_the_same_state(candidate, name):
    """Where a step leads back to its own state, the future is that of the table before the update."""
    Q = np.array([[10.0]])
    got = call(candidate, name, Q, [(0, 0, 1.0, 0, 0, False)], 0.5, 0.5)
    if name == "double_q_learning":
        # 10 + 0.5 * (1 + 0.5 * -10 - 10) = 3
        assert_close(got, (np.array([[3.0]]), np.array([[-10.0]])))
    else:
        # 10 + 0.5 * (1 + 0.5 * 10 - 10) = 8
        assert_close(got, np.array([[8.0]]))


@pytest.mark.parametrize("name", METHODS)
def test_updates_see_those_before(candidate, name):
    """News travels back along a chain if its last step comes first in the list, and not otherwise."""
    Q = np.zeros((3, 1))
    steps = [(0, 0, 0.0, 1, 0, False), (1, 0, 0.0, 2, 0, False), (2, 0, 8.0, 0, 0, True)]

    def learned(transitions, coins):
        got = call(candidate, name, Q, transitions, 0.5, 0.5, coins=np.array(coins))
        return sum(got) if name == "double_q_learning" else got

    assert_close(learned(steps, [True, False, True]), np.array([[0.0], [0.0], [4.0]]))
    # 4, then 0.5 * 0.5 * 4 = 1, then 0.25
    assert_close(learned(steps[::-1], [True, False, True]), np.array([[0.25], [1.0], [4.0]]))


@pytest.mark.parametrize("name", METHODS)
@given(
    n=st.integers(1, 8),
    n_states=st.integers(1, 3),
    n_actions=st.integers(1, 3),
    gamma=st.sampled_from([0.0, 0.7, 1.0]),
    alpha=st.sampled_from([0.1, 1.0]),
    seed=st.integers(0, 2**32 - 1),
)
def test_matches_the_definition(candidate, name, n, n_states, n_actions, gamma, alpha, seed):
    """Whole runs agree with the definition, ends of episodes included."""
    Q, transitions, coins = draw(seed, n, n_states, n_actions)
    got = call(candidate, name, Q, transitions, alpha, gamma, coins=coins)
    assert_close(got, slow(name, Q, transitions, coins, alpha, gamma))


@pytest.mark.fine
@pytest.mark.parametrize("name", METHODS)
def test_nowhere_after_the_end(candidate, name):
    """A terminated step does not look at the next state, which may be no valid index."""
    for s2 in (-1, 2, 10**6):
        got = as_pair(call(candidate, name, Q2, [(0, 1, 3.0, s2, s2, True)], 0.5, 1.0))
        expected = np.array([[1.0, 1.0, 0.5], [4.0, 6.0, -2.0]])
        assert_close(got, np.stack([expected, -Q2]) if name == "double_q_learning" else expected)


@pytest.mark.fine
def test_double_q_chooses_the_lowest_of_equal_actions(candidate):
    """Of actions that the chooser likes equally, the judge is asked about the lowest."""
    tied, judge = np.array([[0.0, 1.0, 1.0]]), np.array([[5.0, 3.0, 8.0]])
    step = [(0, 0, 0.0, 0, False)]
    one, _ = candidate.double_q_learning(tied, judge, step, np.array([True]), 1.0, 1.0)
    assert_close(one, np.array([[3.0, 1.0, 1.0]]))
    _, two = candidate.double_q_learning(judge, tied, step, np.array([False]), 1.0, 1.0)
    assert_close(two, np.array([[3.0, 1.0, 1.0]]))


@pytest.mark.fine
@pytest.mark.parametrize("name", METHODS)
def test_tables_of_other_dtypes(candidate, name):
    """Integer and float32 tables are computed in float64, and strided views are tables."""
    _, transitions, coins = draw(4, 8, nowhere=True)
    Q = np.arange(9).reshape(3, 3) % 4
    expected = slow(name, Q.astype(float), transitions, coins)
    for table in (Q.astype(float), Q, Q.astype(np.float32), Q.astype(np.int8)):
        assert_close(call(candidate, name, table, transitions, coins=coins), expected, check_dtype=True)
    view = np.repeat(np.asfortranarray(Q.astype(float)), 2, axis=0)[::2]
    assert_close(call(candidate, name, view, transitions, coins=np.repeat(coins, 2)[::2]), expected)


@pytest.mark.fine
def test_large_rewards(candidate):
    """With alpha = 1 the old value is forgotten, and rewards of 1e12 do no harm."""
    got = candidate.q_learning(np.full((2, 2), 1e12), [(0, 1, -1e12, 1, True), (1, 0, 3.0, 0, False)], 1.0, 0.5)
    assert_close(got, np.array([[1e12, -1e12], [5e11 + 3, 1e12]]), rtol=1e-12)


@pytest.mark.fine
@pytest.mark.parametrize("name", METHODS)
def test_no_transitions(candidate, name):
    """Without transitions the tables come back as they were, in float64."""
    Q = np.array([[1, -1, 0], [4, 6, -2]])
    got = as_pair(call(candidate, name, Q, []))
    assert_close(got, (np.stack([Q, -Q]) if name == "double_q_learning" else Q).astype(float), check_dtype=True)


@pytest.mark.fine
@pytest.mark.parametrize("name", METHODS)
def test_settings_out_of_range(candidate, name):
    """Learning rates outside (0, 1] and discounts outside [0, 1] raise ValueError, without transitions too."""
    for alpha, gamma in [(0.0, 0.5), (-0.1, 0.5), (1.01, 0.5), (0.5, -0.01), (0.5, 1.01)]:
        for steps in ([], [(0, 0, 1.0, 0, 0, False)]):
            with assert_raises(ValueError):
                call(candidate, name, Q2, steps, alpha, gamma)


@pytest.mark.fine
def test_eps_out_of_range(candidate):
    """An eps outside [0, 1] raises ValueError."""
    for eps in (-0.01, 1.01):
        with assert_raises(ValueError):
            candidate.expected_sarsa(Q2, [], 0.5, 0.5, eps)


@pytest.mark.fine
def test_coins_for_all_transitions(candidate):
    """Another number of coins than of transitions raises ValueError."""
    steps = [(0, 0, 1.0, 1, False), (1, 0, 1.0, 0, True)]
    for n in (0, 1, 3):
        with assert_raises(ValueError):
            candidate.double_q_learning(Q2, Q2, steps, np.ones(n, dtype=bool), 0.5, 0.5)


@pytest.mark.scale
def test_updates_touch_one_entry(candidate, reference, rng):
    """A thousand transitions on five thousand states touch a row each, and never the whole table."""

    def prepare(subject, rng):
        indices = rng.integers(0, 5_000, size=(1000, 2)).tolist()
        steps = put(subject, [(s, s2 % 8, 1.0, s2, False) for s, s2 in indices])
        Q = put(subject, rng.normal(size=(5_000, 8)))
        return lambda: subject.q_learning(Q, steps, 0.5, 0.9)

    speed(candidate, reference, prepare, rng, limit=40)
