"""Mixes the loss with log 2 instead of the flipped pair."""

from __future__ import annotations

import torch
import torch.nn.functional as F


def sequence_logps(logits: torch.Tensor, labels: torch.Tensor, ignore_index: int = -100) -> torch.Tensor:
    """Log-probability of each response under a causal language model.

    Parameters
    ----------
    logits : Tensor of shape (B, T, V)
        Position t predicts the token at position t + 1.
    labels : Tensor of shape (B, T)
        Tokens, unshifted; prompt and padding are marked with `ignore_index`.
    ignore_index : int, default=-100
        Label of tokens that do not count.

    Returns
    -------
    Tensor of shape (B,)
        Sum over the tokens that count; 0 where there are none.

    Examples
    --------
    >>> logits = torch.log(torch.tensor([[[0.5, 0.5], [0.25, 0.75], [0.9, 0.1]]]))
    >>> sequence_logps(logits, torch.tensor([[-100, 1, 0]])).exp()  # 0.5 * 0.25
    tensor([0.1250])
    """
    logits, labels = logits[:, :-1], labels[:, 1:]
    keep = labels != ignore_index
    # gather needs valid indices, also where the result does not count.
    chosen = logits.gather(2, labels.masked_fill(~keep, 0).unsqueeze(2)).squeeze(2)
    # log softmax(z)_y = z_y - logsumexp(z), without a table of all log-probabilities.
    return (chosen - logits.logsumexp(2)).masked_fill(~keep, 0.0).sum(1)


def dpo_loss(
    pi_w: torch.Tensor,
    pi_l: torch.Tensor,
    ref_w: torch.Tensor,
    ref_l: torch.Tensor,
    beta: float = 0.1,
    label_smoothing: float = 0.0,
    kind: str = "sigmoid",
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Loss of direct preference optimisation.

    Parameters
    ----------
    pi_w, pi_l : Tensor of shape (B,)
        Log-probabilities of the chosen and the rejected responses under the policy.
    ref_w, ref_l : Tensor of shape (B,)
        The same under the reference model.
    beta : float, default=0.1
        Strength of the pull towards the reference, positive.
    label_smoothing : float, default=0.0
        Probability that a preference was noted the wrong way round; for kind "sigmoid" only.
    kind : {"sigmoid", "ipo"}, default="sigmoid"
        Logistic loss, or the squared distance of IPO.

    Returns
    -------
    loss : Tensor of shape ()
        Mean over the pairs.
    chosen : Tensor of shape (B,)
        Implicit rewards of the chosen responses, without gradient.
    rejected : Tensor of shape (B,)
        Implicit rewards of the rejected responses, without gradient.

    Raises
    ------
    ValueError
        If the shapes differ, beta is not positive, or the kind is unknown.

    Examples
    --------
    >>> pi_w, pi_l = torch.tensor([-2.0]), torch.tensor([-5.0])
    >>> loss, chosen, rejected = dpo_loss(pi_w, pi_l, torch.tensor([-3.0]), torch.tensor([-4.0]), beta=0.5)
    >>> loss, chosen, rejected
    (tensor(0.3133), tensor([0.5000]), tensor([-0.5000]))
    """
    _same_shape(pi_w, pi_l, ref_w, ref_l)
    if beta <= 0:
        raise ValueError("beta must be positive")
    chosen = pi_w - ref_w.detach()
    rejected = pi_l - ref_l.detach()
    h = chosen - rejected
    if kind == "sigmoid":
        losses = -(1 - label_smoothing) * F.logsigmoid(beta * h) - label_smoothing * F.logsigmoid(0.0 * h)
    elif kind == "ipo":
        losses = (h - 1 / (2 * beta)) ** 2
    else:
        raise ValueError(f"kind must be 'sigmoid' or 'ipo', not {kind!r}")
    # The optimal policy is ref * exp(r / beta) / Z, so r is beta log(pi / ref) up to a constant of the prompt.
    return losses.mean(), beta * chosen.detach(), beta * rejected.detach()


def bradley_terry_loss(r_w: torch.Tensor, r_l: torch.Tensor, margin: torch.Tensor | None = None) -> torch.Tensor:
    """Loss of a reward model that should prefer the chosen response of each pair.

    Parameters
    ----------
    r_w, r_l : Tensor of shape (B,)
        Rewards of the chosen and the rejected responses.
    margin : Tensor of shape (B,), optional
        By how much each chosen reward should be greater.

    Returns
    -------
    Tensor of shape ()
        Mean over the pairs.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> bradley_terry_loss(torch.tensor([1.0, 2.0]), torch.tensor([1.0, -1.0]))
    tensor(0.3709)
    """
    margin = torch.zeros_like(r_w) if margin is None else margin
    _same_shape(r_w, r_l, margin)
    # P(w beats l) = sigmoid(r_w - r_l)
    return -F.logsigmoid(r_w - r_l - margin).mean()


def _same_shape(*tensors: torch.Tensor) -> None:
    if len({tensor.shape for tensor in tensors}) > 1:
        raise ValueError("all tensors must have the same shape")
