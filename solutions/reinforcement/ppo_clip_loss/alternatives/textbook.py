"""As the well-known trainers write it: products with a float mask, losses as maxima of negatives, a loop for the scores."""

import torch


def masked_mean(x, mask):
    """Sum over tokens that count, divided by their number."""
    return (x * mask).sum() / mask.sum()


def policy_loss(logp, old_logp, adv, mask, clip=0.2):
    """pg_losses and pg_losses2."""
    ratio = torch.exp(logp - old_logp)
    pg_losses = -adv * ratio
    pg_losses2 = -adv * torch.clamp(ratio, 1.0 - clip, 1.0 + clip)
    return masked_mean(torch.max(pg_losses, pg_losses2), mask)


def value_loss(values, old_values, returns, mask, clip=0.2):
    """vf_losses1 and vf_losses2."""
    clipped = torch.clamp(values, old_values - clip, old_values + clip)
    vf_losses1 = (values - returns) ** 2
    vf_losses2 = (clipped - returns) ** 2
    return 0.5 * masked_mean(torch.max(vf_losses1, vf_losses2), mask)


def token_rewards(score, logp, ref_logp, mask, beta):
    """Non-score reward, then the score at the last token."""
    rewards = -beta * (logp - ref_logp) * mask
    for i in range(len(score)):
        last = mask[i].nonzero()[-1]
        rewards[i, last] += score[i]
    return rewards
