"""The reference of ppo_clip_loss against the case analysis of the paper, and the value loss against scipy's minimiser."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import optimize

from tests.support.references import References


@pytest.mark.parametrize("seed", range(10))
def test_objective_is_a_lower_bound(reference: References, seed: int) -> None:
    """The objective is r A but for good ratios above 1 + ε and bad ones below 1 - ε; so it never exceeds the plain one."""
    rng, solution = np.random.default_rng(seed), reference("ppo_clip_loss")
    logp, old, adv = rng.normal(size=(3, 4, 6))
    mask = rng.random((4, 6)) < 0.7
    r = np.exp(logp - old)
    gain = np.select([(adv > 0) & (r > 1.2), (adv < 0) & (r < 0.8)], [1.2 * adv, 0.8 * adv], r * adv)
    got = solution.policy_loss(*map(torch.tensor, (logp, old, adv, mask))).item()
    assert got == pytest.approx(-gain[mask].mean())
    assert -got <= (r * adv)[mask].mean()


@pytest.mark.parametrize(("old", "target"), [(0.0, 2.0), (1.0, -3.0), (0.5, 0.6)])
def test_value_that_minimises_the_loss(reference: References, old: float, target: float) -> None:
    """The smallest loss is the smallest error within the clip: a value beyond it gains nothing."""
    solution, mask = reference("ppo_clip_loss"), torch.tensor([[True]])

    def loss(value: float) -> float:
        return solution.value_loss(*(torch.tensor([[one]]) for one in (value, old, target)), mask).item()

    best = optimize.minimize_scalar(loss, bounds=(-6, 6), method="bounded")
    assert best.fun == pytest.approx(0.5 * (np.clip(target, old - 0.2, old + 0.2) - target) ** 2, abs=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_rewards_add_up(reference: References, seed: int) -> None:
    """The rewards of an answer add up to its score minus beta times the log-ratio of the whole answer."""
    rng = np.random.default_rng(seed)
    logp, ref, mask, score = *rng.normal(size=(2, 4, 6)), rng.random((4, 6)) < 0.7, rng.normal(size=4)
    mask[:, 2] = True
    got = reference("ppo_clip_loss").token_rewards(*map(torch.tensor, (score, logp, ref, mask)), 0.1)
    np.testing.assert_allclose(got.sum(dim=1), score - 0.1 * ((logp - ref) * mask).sum(axis=1))
    assert not got[~torch.tensor(mask)].any()
