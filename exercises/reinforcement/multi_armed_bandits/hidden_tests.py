"""Hidden tests of multi_armed_bandits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_shape, assert_that, expose


class Scripted:
    """A generator whose Beta numbers are given, and that keeps the parameters it was asked for."""

    def __init__(self, *numbers):
        self.numbers = list(numbers)
        self.asked = []

    def beta(self, a, b, size=None):
        """Next numbers, one for each pair of parameters."""
        shape = np.broadcast_shapes(np.shape(a), np.shape(b), size or ())
        pairs = zip(np.broadcast_to(a, shape).ravel(), np.broadcast_to(b, shape).ravel(), strict=True)
        self.asked += [(float(x), float(y)) for x, y in pairs]
        drawn, self.numbers = self.numbers[: math.prod(shape)], self.numbers[math.prod(shape) :]
        return np.array(drawn).reshape(shape) if shape else drawn[0]


def beliefs(bandit, k):
    """Beta parameters of all arms, as the policy asks for them."""
    script = Scripted(*[0.5] * k)
    bandit.select(expose(script, "beta"))
    return script.asked


def slow_ucb(history, k, c):
    """The arm that the formula takes after a history of pairs (arm, reward)."""
    rewards = [[r for arm, r in history if arm == i] for i in range(k)]
    for i in range(k):
        if not rewards[i]:
            return i
    bounds = [sum(r) / len(r) + math.sqrt(c * math.log(len(history)) / len(r)) for r in rewards]
    return bounds.index(max(bounds))


def play(bandit, rewards):
    """Let the policy choose until it takes an arm that has no reward left; return the arms it took."""
    rewards, arms = [list(line) for line in rewards], []
    while True:
        arms.append(int(bandit.select()))
        if not rewards[arms[-1]]:
            return arms
        bandit.update(arms[-1], rewards[arms[-1]].pop(0))


def test_greedy_takes_the_greatest_mean(candidate):
    """Without exploring, the arm with the greatest mean is taken."""
    bandit = candidate.EpsilonGreedy(3, 0.0)
    for arm, reward in [(0, 1.0), (1, 3.0), (2, 1.5), (1, -2.0)]:  # means 1, 0.5, 1.5
        bandit.update(arm, reward)
    assert_close(bandit.select(0.0, 0.0), 2)
    bandit.update(2, 0.0)  # mean 0.75
    assert_close(bandit.select(0.0, 0.99), 0)


def test_explores_below_eps_only(candidate):
    """The policy explores if u is less than eps, and else takes the best arm."""
    bandit = candidate.EpsilonGreedy(4, 0.25)
    bandit.update(1, 1.0)
    assert_close(bandit.select(0.2, 0.9), 3)
    assert_close(bandit.select(0.0, 0.9), 3)
    assert_close(bandit.select(0.3, 0.9), 1)
    assert_close(bandit.select(0.7, 0.9), 1)
    assert_close(candidate.EpsilonGreedy(4, 1.0).select(0.999, 0.6), 2)


def test_explored_arm_is_the_floor(candidate):
    """Exploring takes the arm floor(u_arm * k), the best arm among them."""
    bandit = candidate.EpsilonGreedy(5, 1.0)
    bandit.update(1, 1.0)
    got = [bandit.select(0.5, u) for u in (0.0, 0.19, 0.21, 0.39, 0.41, 0.62, 0.79, 0.81, 0.99)]
    assert_close(got, [0, 0, 1, 1, 2, 3, 3, 4, 4])


def test_new_arms_count_as_zero(candidate):
    """An arm without rewards has mean 0: better than one that lost, worse than one that won."""
    bandit = candidate.EpsilonGreedy(2, 0.0)
    bandit.update(0, -1.0)
    assert_close(bandit.select(0.5, 0.9), 1)
    bandit = candidate.EpsilonGreedy(2, 0.0)
    bandit.update(1, 0.01)
    assert_close(bandit.select(0.5, 0.0), 1)


def test_first_reward_leaves_no_trace_of_the_start(candidate):
    """The mean after one reward is that reward, and old rewards count as much as new ones."""
    bandit = candidate.EpsilonGreedy(2, 0.0)
    bandit.update(0, 8.0)
    bandit.update(1, 7.5)
    assert_close(bandit.select(0.5, 0.0), 0)
    for _ in range(3):  # mean of 8, 4, 4, 4 is 5; a mean of recent ones is nearer to 4
        bandit.update(0, 4.0)
    bandit.update(1, 2.25)  # 4.875
    assert_close(bandit.select(0.5, 0.0), 0)
    bandit.update(1, 5.5)  # 15.25 / 3 = 5.083
    assert_close(bandit.select(0.5, 0.0), 1)


@given(k=st.integers(1, 4), n=st.integers(0, 12), seed=st.integers(0, 2**32 - 1))
def test_greedy_matches_stored_rewards(candidate, k, n, seed):
    """The greedy arm is that of the means of all rewards."""
    rng = np.random.default_rng(seed)
    bandit, rewards = candidate.EpsilonGreedy(k, 0.1), [[] for _ in range(k)]
    arms = [*range(k), *rng.integers(0, k, n).tolist()]
    for arm, reward in zip(arms, rng.normal(size=k + n).tolist(), strict=True):
        bandit.update(arm, reward)
        rewards[arm].append(reward)
    means = [sum(r) / len(r) for r in rewards]
    assert_close(bandit.select(0.2, 0.0), means.index(max(means)))


def test_ucb_plays_every_arm_first(candidate):
    """Every arm is taken once before any is taken again, however well the first ones paid."""
    arms = play(candidate.UCB1(4), [[5.0], [5.1], [5.3], [5.2]])
    assert_close(sorted(arms[:4]), [0, 1, 2, 3])
    assert_close(arms[4:], [2])


def test_ucb_by_hand(candidate):
    """After one reward each the better arm is taken, until its bonus has shrunk."""
    arms = play(candidate.UCB1(2), [[1.0, 0.0, 0.2], [0.0]])
    # t = 3: 0.5 + sqrt(2 ln 3 / 2) = 1.548 against sqrt(2 ln 3) = 1.482
    # t = 4: 0.4 + sqrt(2 ln 4 / 3) = 1.361 against sqrt(2 ln 4) = 1.665
    assert_close(arms[2:], [0, 0, 1])
    # t = 3: 0.96 + sqrt(2 ln 3 / 2) = 2.008 against 0.5 + sqrt(2 ln 3) = 1.982; with t = 4 the second would be ahead.
    assert_close(play(candidate.UCB1(2), [[0.96, 0.96], [0.5]])[2:], [0, 0])


def test_ucb_strength_of_the_bonus(candidate):
    """With c = 0 only means count, and a greater c turns to arms that were played less."""
    for c, expected in [(0.0, 0), (2.0, 0), (8.0, 1)]:
        # 1 + sqrt(c ln 3 / 2) against 0.3 + sqrt(c ln 3); they cross at c = 5.2
        assert_close(play(candidate.UCB1(2, c), [[1.0, 1.0], [0.3]])[2:], [0, expected])


@given(k=st.integers(1, 4), c=st.sampled_from([0.1, 1.0, 2.0]), seed=st.integers(0, 2**32 - 1))
def test_ucb_follows_the_formula(candidate, k, c, seed):
    """Over a whole run the arms are those that the formula takes, once each arm has had its turn."""
    rng = np.random.default_rng(seed)
    bandit, history = candidate.UCB1(k, c=c), []
    for step in range(16):
        arm = int(bandit.select())
        if step < k:
            assert_that(arm in set(range(k)) - {a for a, _ in history}, "is an arm played before, or none", arm)
        else:
            assert_close(arm, slow_ucb(history, k, c))
        history.append((arm, float(rng.normal(loc=0.1 * arm))))
        bandit.update(*history[-1])


def test_thompson_beliefs_count_ones_and_zeros(candidate):
    """Ones are added to the first parameter of the arm, zeros to the second."""
    bandit = candidate.BernoulliThompson(3, a=2.0, b=0.5)
    for arm, reward in [(1, 1), (1, 1), (1, 0), (2, 0)]:
        bandit.update(arm, reward)
    assert_close(beliefs(bandit, 3), [(2.0, 0.5), (4.0, 1.5), (2.0, 1.5)])
    assert_close(beliefs(candidate.BernoulliThompson(2), 2), [(1.0, 1.0)] * 2)


def test_thompson_takes_the_greatest_draw(candidate):
    """One number is drawn for each arm in their order, and the arm of the greatest is taken."""
    bandit = candidate.BernoulliThompson(3)
    script = Scripted(0.2, 0.9, 0.5, 0.7, 0.1, 0.6, 0.1, 0.2, 0.3)
    assert_close([bandit.select(expose(script, "beta")) for _ in range(3)], [1, 0, 2])


def test_thompson_with_a_real_generator(candidate, rng):
    """With a NumPy generator the arms are those of its own Beta numbers."""
    seed = int(rng.integers(2**32))
    bandit, ours, theirs = candidate.BernoulliThompson(4), np.random.default_rng(seed), np.random.default_rng(seed)
    ones, zeros = np.ones(4), np.ones(4)
    for step in range(20):
        arm = int(bandit.select(expose(ours, "beta")))
        assert_close(arm, int(theirs.beta(ones, zeros).argmax()))
        bandit.update(arm, step % 2)
        ones[arm] += step % 2
        zeros[arm] += 1 - step % 2


def test_regret_by_hand(candidate):
    """Each play adds the gap between the best mean and that of the arm, whether the best was played or not."""
    means = np.array([-0.5, 1.0, 0.25])
    got = candidate.cumulative_regret(means, np.array([1, 0, 0, 2, 1]))
    assert_close(got, np.array([0.0, 1.5, 3.0, 3.75, 3.75]))
    assert_close(candidate.cumulative_regret(means, np.array([2, 2])), np.array([0.75, 1.5]))


@pytest.mark.fine
def test_arms_are_python_integers(candidate):
    """Each policy returns an arm as a Python int, and an update returns nothing."""
    bandit = candidate.EpsilonGreedy(3, 0.5)
    assert_equal(bandit.update(1, 1.0), None)
    assert_equal([bandit.select(0.2, 0.9), bandit.select(0.7, 0.9)], [2, 1])
    bandit = candidate.UCB1(2)
    assert_equal(bandit.select(), 0)
    for arm in (0, 1):
        assert_equal(bandit.update(arm, float(arm)), None)
    assert_equal(bandit.select(), 1)
    bandit = candidate.BernoulliThompson(2)
    assert_equal(bandit.update(1, 1), None)
    assert_equal(bandit.select(expose(Scripted(0.3, 0.6), "beta")), 1)


@pytest.mark.fine
def test_limits_of_exploring(candidate):
    """A u equal to eps does not explore, and u_arm counts up to the greatest number below 1."""
    bandit = candidate.EpsilonGreedy(4, 0.25)
    bandit.update(1, 1.0)
    assert_close(bandit.select(0.25, 0.9), 1)
    bandit = candidate.EpsilonGreedy(5, 1.0)
    got = [bandit.select(0.5, u) for u in (0.2, 0.6, 0.8, math.nextafter(1.0, 0.0))]
    assert_close(got, [1, 3, 4, 4])


@pytest.mark.fine
def test_greedy_ties_go_to_the_lowest_arm(candidate):
    """Of equal means, those of new arms among them, the lowest arm is taken."""
    bandit = candidate.EpsilonGreedy(3, 0.0)
    assert_close(bandit.select(0.5, 0.9), 0)
    bandit.update(0, -1.0)
    assert_close(bandit.select(0.5, 0.9), 1)
    for arm in (2, 0, 0):
        bandit.update(arm, 2.0)
    bandit.update(1, 2.0)
    assert_close(bandit.select(0.5, 0.9), 1)


@pytest.mark.fine
@given(
    k=st.integers(1, 4), n=st.integers(0, 12), scale=st.sampled_from([1e-6, 1.0, 1e9]), seed=st.integers(0, 2**32 - 1)
)
def test_greedy_of_small_and_large_rewards(candidate, k, n, scale, seed):
    """The greedy arm is that of the means of all rewards, small or large, where some arms have none."""
    rng = np.random.default_rng(seed)
    bandit, rewards = candidate.EpsilonGreedy(k, 0.1), [[] for _ in range(k)]
    for arm, reward in zip(rng.integers(0, k, n).tolist(), (scale * rng.normal(size=n)).tolist(), strict=True):
        bandit.update(arm, reward)
        rewards[arm].append(reward)
    means = [sum(r) / len(r) if r else 0.0 for r in rewards]
    assert_close(bandit.select(0.1, 0.0), means.index(max(means)))


@pytest.mark.fine
def test_ucb_takes_new_arms_in_order(candidate):
    """Arms without a reward are taken in their order, whatever the others paid, and no warning is raised."""
    bandit = candidate.UCB1(4)
    bandit.update(2, 1e6)
    order = []
    for _ in range(3):
        order.append(bandit.select())
        bandit.update(order[-1], -1.0)
    assert_close(order, [0, 1, 3])
    assert_close(bandit.select(), 2)


@pytest.mark.fine
def test_ucb_counts_plays_not_selections(candidate):
    """Asking twice without an update gives the same arm, and does not change later answers."""
    bandit = candidate.UCB1(2)
    assert_close([bandit.select() for _ in range(5)], [0] * 5)
    bandit.update(0, 1.0)
    bandit.update(1, 0.0)
    bandit.update(0, 0.0)
    assert_close([bandit.select() for _ in range(50)], [0] * 50)


@pytest.mark.fine
def test_one_arm_and_ties(candidate):
    """A single arm is always taken, at t = 1 too; of equal bounds or draws the lowest arm is taken."""
    bandit = candidate.UCB1(1)
    bandit.update(0, -5.0)
    assert_close(bandit.select(), 0)
    bandit = candidate.UCB1(3, c=1.0)
    for arm in (2, 1, 0):
        bandit.update(arm, 0.5 * (arm > 0))
    assert_close(bandit.select(), 1)
    assert_close(candidate.EpsilonGreedy(1, 0.5).select(0.1, 0.9), 0)
    assert_close(candidate.BernoulliThompson(1).select(expose(Scripted(0.3), "beta")), 0)
    script = Scripted(0.7, 0.1, 0.7)
    assert_close(candidate.BernoulliThompson(3).select(expose(script, "beta")), 0)
    assert_equal(len(script.asked), 3)


@pytest.mark.fine
def test_thompson_reward_types(candidate):
    """Booleans and floats that are 0 or 1 are rewards as well."""
    bandit = candidate.BernoulliThompson(1)
    for reward in (True, False, 1.0, 0.0, 0.0):
        bandit.update(0, reward)
    assert_equal(beliefs(bandit, 1), [(3.0, 4.0)])


@pytest.mark.fine
def test_thompson_refuses_other_rewards(candidate):
    """Rewards other than 0 and 1 raise ValueError and change nothing."""
    bandit = candidate.BernoulliThompson(2)
    for reward in (0.5, 2, -1, math.nan):
        with assert_raises(ValueError):
            bandit.update(0, reward)
    assert_equal(beliefs(bandit, 2), [(1.0, 1.0)] * 2)


@pytest.mark.fine
@pytest.mark.parametrize("name", ["EpsilonGreedy", "UCB1", "BernoulliThompson"])
def test_unknown_arms_are_refused(candidate, name):
    """Arms outside 0 to k - 1 raise ValueError, and such an update changes nothing."""
    bandit = candidate.EpsilonGreedy(2, 0.0) if name == "EpsilonGreedy" else getattr(candidate, name)(2)
    for arm in (-1, 2, -2, 7):
        with assert_raises(ValueError):
            bandit.update(arm, 1)
    if name == "EpsilonGreedy":
        bandit.update(1, 0.5)
        assert_equal(bandit.select(0.5, 0.0), 1)
    elif name == "UCB1":
        assert_equal(bandit.select(), 0)
        bandit.update(0, 1)
        assert_equal(bandit.select(), 1)
    else:
        assert_equal(beliefs(bandit, 2), [(1.0, 1.0)] * 2)


@pytest.mark.fine
def test_regret_is_computed_in_float64(candidate):
    """Means may be integers or float32: gaps do not wrap, sums do not lose digits, and the result is float64."""
    for dtype in (np.int64, np.int8, np.float32):
        got = candidate.cumulative_regret(np.array([100, -100, 25], dtype=dtype), np.array([1, 0, 2, 1]))
        assert_equal(got, np.array([200.0, 200.0, 275.0, 475.0]))
    means = np.array([0.7, 0.4], dtype=np.float32)
    got = candidate.cumulative_regret(means, np.ones(2000, dtype=np.int64))
    gap = float(means[0]) - float(means[1])
    assert_close(got, gap * np.arange(1, 2001))
    assert_dtype(got, "float64")


@pytest.mark.fine
def test_regret_without_plays(candidate):
    """Without plays there is no regret."""
    got = candidate.cumulative_regret(np.array([0.5, 0.25]), np.zeros(0, dtype=np.int64))
    assert_shape(got, (0,))
    assert_dtype(got, "float64")


@pytest.mark.fine
def test_regret_of_strided_plays(candidate, rng):
    """Strided views are summed like other arrays."""
    means, arms = rng.random(6)[::2], rng.integers(0, 3, 20)[::-3]
    expected = [sum(max(means) - means[a] for a in arms[: t + 1]) for t in range(len(arms))]
    assert_close(candidate.cumulative_regret(means, arms), np.array(expected))


@pytest.mark.fine
def test_regret_refuses_unknown_arms(candidate):
    """Arms outside 0 to k - 1 raise ValueError, negative ones too."""
    for arms in ([0, 2], [-1, 0], [1, 0, 5, 1]):
        with assert_raises(ValueError):
            candidate.cumulative_regret(np.array([0.5, 0.25]), np.array(arms))
