"""The reference of the hidden Markov model against an independent slow method: one factor graph as a dense tensor."""

import numpy as np
import pytest


@pytest.mark.parametrize("seed", range(6))
def test_agrees_with_the_joint_tensor(reference, seed):
    """Sums, marginals and the maximum of the whole joint distribution over five steps agree."""
    rng = np.random.default_rng(seed)
    k = 2 + seed % 3
    pi, A, B = rng.dirichlet(np.ones(k)), rng.dirichlet(np.ones(k), k), rng.dirichlet(np.ones(4), k)
    obs = rng.integers(0, 4, 5)
    emitted = [B[:, o] for o in obs]
    joint = np.einsum("a,ab,bc,cd,de,a,b,c,d,e->abcde", pi, A, A, A, A, *emitted)
    module = reference("hidden_markov_model")
    np.testing.assert_allclose(module.forward_log_likelihood(obs, pi, A, B), np.log(joint.sum()))
    path, log_p = module.viterbi(obs, pi, A, B)
    assert tuple(path) == np.unravel_index(joint.argmax(), joint.shape)
    np.testing.assert_allclose(log_p, np.log(joint.max()))
    marginals = [joint.sum(axis=tuple(s for s in range(5) if s != t)) / joint.sum() for t in range(5)]
    np.testing.assert_allclose(module.posteriors(obs, pi, A, B), marginals)


def test_long_sequence_agrees_with_scaling(reference):
    """Over 2000 steps, the log-likelihood is the sum of the logs of the one-step predictions."""
    rng = np.random.default_rng(1)
    pi, A, B = rng.dirichlet(np.ones(4)), rng.dirichlet(np.ones(4), 4), rng.dirichlet(np.ones(3), 4)
    obs, belief, total = rng.integers(0, 3, 2000), pi, 0.0
    for o in obs:
        p = belief @ B[:, o]
        total, belief = total + np.log(p), belief * B[:, o] / p @ A
    np.testing.assert_allclose(reference("hidden_markov_model").forward_log_likelihood(obs, pi, A, B), total)
