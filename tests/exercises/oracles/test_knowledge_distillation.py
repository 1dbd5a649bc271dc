"""The reference of knowledge_distillation against torch.nn.functional.kl_div and torch.distributions."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from tests.support.references import References


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
def test_loss_agrees_with_torch(reference: References, alpha: float, temperature: float) -> None:
    """The loss is torch's kl_div with batchmean, and its cross-entropy; so is the gradient."""
    torch.manual_seed(0)
    student, teacher = torch.randn(5, 4).double().requires_grad_(), torch.randn(5, 4).double()
    labels = torch.randint(0, 4, (5,))
    q, p = F.log_softmax(student / temperature, 1), F.softmax(teacher / temperature, 1)
    wanted = alpha * temperature**2 * F.kl_div(q, p, reduction="batchmean") + (1 - alpha) * F.cross_entropy(
        student, labels
    )
    got = reference("knowledge_distillation").distillation_loss(student, teacher, labels, temperature, alpha)
    torch.testing.assert_close(got, wanted)
    torch.testing.assert_close(torch.autograd.grad(got, student), torch.autograd.grad(wanted, student))


@pytest.mark.parametrize("temperature", [1.0, 3.0])
def test_sequences_agree_with_distributions(reference: References, temperature: float) -> None:
    """Over counted tokens the loss is the mean of torch's divergence of categorical distributions."""
    torch.manual_seed(1)
    student, teacher, mask = torch.randn(3, 6, 5), torch.randn(3, 6, 5), torch.rand(3, 6) < 0.5
    p, q = (torch.distributions.Categorical(logits=x / temperature) for x in (teacher, student))
    wanted = temperature**2 * torch.distributions.kl_divergence(p, q)[mask].mean()
    got = reference("knowledge_distillation").sequence_kd_loss(student, teacher, mask, temperature)
    torch.testing.assert_close(got, wanted)
