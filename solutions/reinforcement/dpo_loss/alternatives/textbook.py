"""In the manner of the trainers that go with the papers: shift, mask, gather from log_softmax, logsigmoid of the logits."""

import torch
import torch.nn.functional as F


def sequence_logps(logits, labels, ignore_index=-100):
    """Sum of the log-probabilities of the response."""
    labels = labels[:, 1:].clone()
    logits = logits[:, :-1, :]
    loss_mask = labels != ignore_index
    labels[labels == ignore_index] = 0
    per_token_logps = torch.gather(logits.log_softmax(-1), dim=2, index=labels.unsqueeze(2)).squeeze(2)
    return (per_token_logps * loss_mask).sum(-1)


def dpo_loss(pi_w, pi_l, ref_w, ref_l, beta=0.1, label_smoothing=0.0, kind="sigmoid"):
    """Loss and implicit rewards of a batch of pairs."""
    pi_logratios = pi_w - pi_l
    ref_logratios = ref_w - ref_l
    logits = pi_logratios - ref_logratios
    if kind == "ipo":
        losses = (logits - 1 / (2 * beta)) ** 2
    else:
        losses = -F.logsigmoid(beta * logits) * (1 - label_smoothing) - F.logsigmoid(-beta * logits) * label_smoothing
    chosen_rewards = beta * (pi_w - ref_w)
    rejected_rewards = beta * (pi_l - ref_l)
    return losses.mean(), chosen_rewards, rejected_rewards


def bradley_terry_loss(r_w, r_l, margin=None):
    """Pairwise ranking loss of a reward model."""
    if margin is not None:
        return -F.logsigmoid(r_w - r_l - margin).mean()
    return -F.logsigmoid(r_w - r_l).mean()
