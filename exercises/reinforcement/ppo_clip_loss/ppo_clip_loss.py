"""The losses of PPO for language models, and the rewards of tokens."""

from __future__ import annotations

import torch


def policy_loss(
    logp: torch.Tensor, old_logp: torch.Tensor, adv: torch.Tensor, mask: torch.Tensor, clip: float = 0.2
) -> torch.Tensor:
    """Negative clipped objective of the policy.

    Parameters
    ----------
    logp : Tensor of shape (b, t)
        Log-probabilities of the tokens under the policy.
    old_logp : Tensor of shape (b, t)
        Log-probabilities when the tokens were sampled.
    adv : Tensor of shape (b, t)
        Advantages.
    mask : Tensor of bool, shape (b, t)
        Tokens that count.
    clip : float
        How far the ratio may pay off to move.

    Returns
    -------
    Tensor of shape ()
        Loss.

    Raises
    ------
    ValueError
        If no token counts or `clip` is negative.

    Examples
    --------
    >>> one, mask = torch.ones(1, 1), torch.tensor([[True]])
    >>> round(policy_loss(torch.log(2 * one), 0 * one, one, mask).item(), 4)
    -1.2
    """
    raise NotImplementedError


def value_loss(
    values: torch.Tensor, old_values: torch.Tensor, returns: torch.Tensor, mask: torch.Tensor, clip: float = 0.2
) -> torch.Tensor:
    """Clipped squared error of the value head.

    Parameters
    ----------
    values : Tensor of shape (b, t)
        Values now.
    old_values : Tensor of shape (b, t)
        Values when the tokens were sampled.
    returns : Tensor of shape (b, t)
        Targets.
    mask : Tensor of bool, shape (b, t)
        Tokens that count.
    clip : float
        How far a value may pay off to move.

    Returns
    -------
    Tensor of shape ()
        Loss.

    Raises
    ------
    ValueError
        If no token counts or `clip` is negative.

    Examples
    --------
    >>> one, mask = torch.ones(1, 1), torch.tensor([[True]])
    >>> round(value_loss(one, 0 * one, 2 * one, mask).item(), 4)
    1.62
    """
    raise NotImplementedError


def token_rewards(
    score: torch.Tensor, logp: torch.Tensor, ref_logp: torch.Tensor, mask: torch.Tensor, beta: float
) -> torch.Tensor:
    """Rewards of tokens: a penalty for leaving the reference model, and the score at the end.

    Parameters
    ----------
    score : Tensor of shape (b,)
        Score of each answer.
    logp, ref_logp : Tensor of shape (b, t)
        Log-probabilities under the policy and under the reference model.
    mask : Tensor of bool, shape (b, t)
        Tokens that count.
    beta : float
        Weight of the penalty.

    Returns
    -------
    Tensor of shape (b, t)
        Rewards, detached.

    Examples
    --------
    >>> mask = torch.tensor([[True, True, False]])
    >>> token_rewards(torch.tensor([3.0]), torch.full((1, 3), -1.0), torch.full((1, 3), -2.0), mask, beta=0.5).tolist()
    [[-0.5, 2.5, 0.0]]
    """
    raise NotImplementedError
