"""The reference of yolo_decode against torch, with the operations of the published heads."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.support.references import References


@pytest.mark.parametrize("seed", range(10))
def test_anchor_head_agrees_with_torch(reference: References, seed: int) -> None:
    """All cells decoded by torch, then filtered, are the same boxes in the same order."""
    rng = np.random.default_rng(seed)
    pred, anchors = rng.normal(size=(3, 9, 5, 7)) * 2, rng.uniform(5, 60, size=(3, 2))
    y = torch.sigmoid(torch.tensor(pred)).permute(0, 2, 3, 1)
    grid = torch.stack(torch.meshgrid(torch.arange(7), torch.arange(5), indexing="xy"), dim=-1)
    centre, size = (y[..., :2] * 2 - 0.5 + grid) * 16, (y[..., 2:4] * 2) ** 2 * torch.tensor(anchors)[:, None, None]
    scores, classes = (y[..., 4:5] * y[..., 5:]).max(dim=-1)
    keep = scores > 0.3
    boxes = torch.cat([centre - size / 2, centre + size / 2], dim=-1)[keep]
    got = reference("yolo_decode").decode_anchor(pred, anchors, 16, 0.3)
    for mine, theirs in zip(got, (boxes, scores[keep], classes[keep]), strict=True):
        np.testing.assert_allclose(mine, theirs.numpy(), rtol=1e-10)


@pytest.mark.parametrize("seed", range(10))
def test_dfl_head_agrees_with_torch(reference: References, seed: int) -> None:
    """The distances are a 1 × 1 convolution of the softmax with 0 to R - 1, as the published head has it."""
    rng = np.random.default_rng(seed)
    reg, cls = rng.normal(size=(4, 16, 5, 7)) * 2, rng.normal(size=(6, 5, 7))
    weights = torch.arange(16.0, dtype=torch.float64).view(1, 16, 1, 1)
    side = torch.nn.functional.conv2d(torch.tensor(reg).softmax(dim=1), weights)[:, 0]
    y, x = torch.meshgrid(torch.arange(5) + 0.5, torch.arange(7) + 0.5, indexing="ij")
    boxes = torch.stack([x - side[0], y - side[1], x + side[2], y + side[3]], dim=-1) * 8
    scores, classes = torch.sigmoid(torch.tensor(cls)).max(dim=0)
    keep = scores > 0.6
    got = reference("yolo_decode").decode_dfl(reg, cls, 8, 0.6)
    for mine, theirs in zip(got, (boxes[keep], scores[keep], classes[keep]), strict=True):
        np.testing.assert_allclose(mine, theirs.numpy(), rtol=1e-10)
