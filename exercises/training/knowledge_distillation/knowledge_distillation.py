"""Losses that train a student to imitate a teacher."""

from __future__ import annotations

import torch
from torch.nn import functional as F


def distillation_loss(
    student: torch.Tensor, teacher: torch.Tensor, labels: torch.Tensor, temperature: float = 2.0, alpha: float = 0.5
) -> torch.Tensor:
    """Mix the divergence from a teacher with the cross-entropy of labels.

    Parameters
    ----------
    student, teacher : Tensor of shape (N, C)
        Logits; the teacher gets no gradient.
    labels : Tensor of int64 and shape (N,)
        Right classes.
    temperature : float, default=2.0
        Softens both distributions, greater than 0.
    alpha : float, default=0.5
        Weight of the divergence, from 0 to 1.

    Returns
    -------
    Tensor of shape ()
        Loss.

    Raises
    ------
    ValueError
        If `temperature` or `alpha` is out of range.

    Examples
    --------
    >>> logits = torch.tensor([[1.0, 1.0]])
    >>> distillation_loss(logits, logits, torch.tensor([0]), alpha=0.0)
    tensor(0.6931)
    """
    raise NotImplementedError


def sequence_kd_loss(
    student: torch.Tensor, teacher: torch.Tensor, mask: torch.Tensor, temperature: float = 1.0
) -> torch.Tensor:
    """Average the divergence from a teacher over the tokens that count.

    Parameters
    ----------
    student, teacher : Tensor of shape (B, T, V)
        Logits; the teacher gets no gradient.
    mask : Tensor of bool and shape (B, T)
        True where a token counts.
    temperature : float, default=1.0
        Softens both distributions, greater than 0.

    Returns
    -------
    Tensor of shape ()
        Loss; 0 where no token counts.

    Raises
    ------
    ValueError
        If `temperature` is out of range.

    Examples
    --------
    >>> logits = torch.zeros(1, 2, 3)
    >>> sequence_kd_loss(logits, logits, torch.tensor([[True, False]]))
    tensor(0.)
    """
    raise NotImplementedError
