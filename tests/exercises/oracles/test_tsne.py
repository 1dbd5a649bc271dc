"""The reference of t-SNE against torch's gradients and scikit-learn's affinities."""

import numpy as np
import pytest
import torch
from scipy.spatial.distance import squareform
from sklearn.manifold import _t_sne


@pytest.mark.parametrize("seed", range(4))
def test_gradient_agrees_with_torch(reference, seed):
    """Loss and gradient are those of automatic differentiation."""
    rng = np.random.default_rng(seed)
    P = rng.uniform(0.1, 1.0, (9, 9)) * (1 - np.eye(9))
    P = (P + P.T) / (2 * P.sum())
    Y = torch.tensor(rng.normal(size=(9, 2)), requires_grad=True)
    kernel = 1 / (1 + (Y[:, None] - Y[None]).pow(2).sum(-1)) * (1 - torch.eye(9))
    off = ~np.eye(9, dtype=bool)
    kl = (torch.tensor(P[off]) * torch.log(torch.tensor(P[off]) / (kernel / kernel.sum())[torch.tensor(off)])).sum()
    kl.backward()
    loss, grad = reference("tsne").kl_and_grad(P, Y.detach().numpy())
    np.testing.assert_allclose(loss, kl.item())
    np.testing.assert_allclose(grad, Y.grad.numpy(), atol=1e-12)


def test_affinities_agree_with_scikit_learn(reference):
    """Joint affinities are those of its exact method, which computes in float32."""
    X = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
    D2 = ((X[:, None] - X[None]) ** 2).sum(axis=-1)
    module = reference("tsne")
    P = module.joint_probabilities(module.conditional_probabilities(D2, 10.0))
    np.testing.assert_allclose(P, squareform(_t_sne._joint_probabilities(D2, 10.0, 0)), rtol=1e-3, atol=1e-6)
