"""As training repositories write it: softmax of the teacher under no_grad, cross-entropy minus entropy, masked mean."""

import torch
import torch.nn.functional as F


def distillation_loss(student, teacher, labels, temperature=2.0, alpha=0.5):
    """Soft and hard targets."""
    with torch.no_grad():
        soft_targets = F.softmax(teacher / temperature, dim=-1)
        entropy = -(soft_targets * F.log_softmax(teacher / temperature, dim=-1)).sum(-1)
    soft_prob = F.log_softmax(student / temperature, dim=-1)
    soft_loss = (-(soft_targets * soft_prob).sum(-1) - entropy).sum() / soft_prob.size(0) * temperature**2
    label_loss = F.cross_entropy(student, labels)
    return alpha * soft_loss + (1 - alpha) * label_loss


def sequence_kd_loss(student, teacher, mask, temperature=1.0):
    """Masked mean over tokens."""
    s = F.log_softmax(student / temperature, dim=-1)
    t = F.log_softmax(teacher.detach() / temperature, dim=-1)
    kl = (t.exp() * (t - s)).sum(dim=-1) * temperature**2
    return (kl * mask).sum() / mask.sum()
