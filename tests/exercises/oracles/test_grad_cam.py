"""The reference of grad_cam against the class activation map of a network with global pooling, and finite differences."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from tests.support.references import References


@pytest.mark.parametrize("seed", range(5))
def test_equals_cam_where_cam_exists(reference: References, seed: int) -> None:
    """With global pooling and one linear layer, Grad-CAM is the weighted sum of the maps by the linear weights."""
    torch.manual_seed(seed)
    conv, linear = nn.Conv2d(3, 5, 3).double(), nn.Linear(5, 4).double()
    model = nn.Sequential(conv, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), linear)
    x, k = torch.randn(3, 3, 8, 9, dtype=torch.float64), torch.randint(4, (3,))
    cam = torch.einsum("bk,bkhw->bhw", linear.weight[k], conv(x).relu()).relu()[:, None]
    cam = F.interpolate(cam, (8, 9), mode="bilinear", align_corners=False)[:, 0].detach()
    flat = cam.flatten(1)
    low, top = flat.min(1).values[:, None, None], flat.max(1).values[:, None, None]
    expected = torch.where(top > low, (cam - low) / (top - low), torch.zeros_like(cam))
    torch.testing.assert_close(reference("grad_cam").grad_cam(model, model[1], x, k), expected)
    assert not model[1]._forward_hooks
    assert all(p.grad is None for p in model.parameters())


def test_saliency_agrees_with_finite_differences(reference: References) -> None:
    """The derivative of the logit is that of small changes of single pixels, also for a caller without gradients."""
    solution = reference("grad_cam")
    torch.manual_seed(0)
    net = solution.TinyNet(2, 3, 4).double()
    x = torch.randn(1, 2, 4, 4, dtype=torch.float64)
    with torch.no_grad():
        k = net(x).argmax(1)
        got, step = solution.saliency(net, x), 1e-6
        slopes = torch.zeros_like(x)
        for i in range(x.numel()):
            change = torch.zeros_like(x).flatten()
            change[i] = step
            change = change.view_as(x)
            slopes.view(-1)[i] = (net(x + change) - net(x - change))[0, k[0]] / (2 * step)
    torch.testing.assert_close(got, slopes.abs().amax(dim=1), atol=1e-7, rtol=1e-5)
