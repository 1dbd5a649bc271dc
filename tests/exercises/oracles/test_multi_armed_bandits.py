"""The reference of multi_armed_bandits against SciPy's posteriors, and by the growth of its regret."""

import numpy as np
import pytest
from scipy import stats

MEANS = np.array([0.2, 0.5, 0.7])


def play(policy, select, steps, seed):
    """Arms that a policy plays on Bernoulli arms."""
    rewards = np.random.default_rng(seed).random((steps, len(MEANS))) < MEANS
    arms = []
    for row in rewards:
        arms.append(select(policy))
        policy.update(arms[-1], int(row[arms[-1]]))
    return np.array(arms)


@pytest.mark.parametrize("seed", range(3))
def test_regret_of_ucb_and_thompson_flattens(reference, seed):
    """Their regret grows far less in the second half than a constant share of exploring would cost."""
    solution = reference("multi_armed_bandits")
    rng = np.random.default_rng(seed)
    for policy, select in [
        (solution.UCB1(3), lambda p: p.select()),
        (solution.BernoulliThompson(3), lambda p: p.select(rng)),
    ]:
        regret = solution.cumulative_regret(MEANS, play(policy, select, 10_000, seed))
        assert regret[-1] < 300
        assert regret[-1] - regret[5000] < 0.4 * regret[5000]


def test_regret_of_constant_exploring_is_linear(reference):
    """With eps = 0.3 each play costs about 0.3 times the mean gap."""
    solution = reference("multi_armed_bandits")
    rng = np.random.default_rng(5)
    arms = play(solution.EpsilonGreedy(3, 0.3), lambda p: p.select(*rng.random(2)), 10_000, 5)
    regret = solution.cumulative_regret(MEANS, arms)
    assert (regret[-1] - regret[5000]) / 4999 == pytest.approx(0.3 * (0.7 - MEANS).mean(), rel=0.15)


def test_thompson_plays_an_arm_as_often_as_it_is_best(reference):
    """The share of plays is the posterior probability that the arm is best."""
    policy = reference("multi_armed_bandits").BernoulliThompson(2, a=2.0, b=3.0)
    for arm, reward in [(0, 1), (0, 0), (1, 1), (1, 1)]:
        policy.update(arm, reward)
    rng = np.random.default_rng(0)
    share = np.mean([policy.select(rng) for _ in range(20_000)])
    x = (np.arange(4000) + 0.5) / 4000
    expected = (stats.beta(4, 3).pdf(x) * stats.beta(3, 4).cdf(x)).mean()
    assert share == pytest.approx(expected, abs=6 * 0.5 / np.sqrt(20_000))
