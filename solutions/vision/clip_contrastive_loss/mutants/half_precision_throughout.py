"""Computes in half precision."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F


def clip_loss(img: Tensor, txt: Tensor, log_scale: Tensor, max_scale: float = 100.0) -> Tensor:
    """Contrast each image with all texts of the batch, and each text with all images.

    Parameters
    ----------
    img, txt : Tensor of shape (B, d)
        Embeddings; row i of both belongs together.
    log_scale : Tensor of shape ()
        Logarithm of the scale of the similarities, a parameter.
    max_scale : float, default=100.0
        Greatest scale.

    Returns
    -------
    Tensor of shape ()
        Mean of the two cross-entropies.

    Examples
    --------
    >>> img, txt = torch.eye(2), torch.tensor([[5.0, 0.0], [0.0, 2.0]])
    >>> round(clip_loss(img, txt, torch.tensor(3.0).log()).item(), 4)   # log(1 + exp(-3))
    0.0486
    """
    # The limit is set before exp, for exp may be infinite, and infinity times the gradient 0 of a clamp is NaN.
    scale = log_scale.clamp(max=math.log(max_scale)).exp()
    logits = scale * _unit(img) @ _unit(txt).T
    target = torch.arange(len(img))
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2


def info_nce(q: Tensor, pos: Tensor, neg: Tensor, temperature: float = 0.07) -> Tensor:
    """Contrast each query with its own positive and with negatives that all queries share.

    Parameters
    ----------
    q, pos : Tensor of shape (B, d)
        Queries and their positives.
    neg : Tensor of shape (K, d)
        Negatives.
    temperature : float, default=0.07
        Divides the similarities.

    Returns
    -------
    Tensor of shape ()
        Mean cross-entropy.

    Raises
    ------
    ValueError
        If the temperature is not positive.

    Examples
    --------
    >>> q, neg = torch.eye(2), torch.tensor([[-1.0, 0.0], [0.0, -1.0], [0.0, 0.0]])
    >>> round(info_nce(q, q, neg, temperature=1.0).item(), 4)   # log(e + 1 / e + 2) - 1
    0.6265
    """
    if not temperature > 0:
        raise ValueError(f"the temperature must be positive, got {temperature}")
    q = _unit(q)
    logits = torch.cat([(q * _unit(pos)).sum(-1, keepdim=True), q @ _unit(neg).T], dim=1) / temperature
    return F.cross_entropy(logits, torch.zeros(len(q), dtype=torch.int64))


def zero_shot(img: Tensor, class_emb: Tensor) -> Tensor:
    """Classify images by the texts that describe the classes.

    Parameters
    ----------
    img : Tensor of shape (B, d)
        Embeddings of images.
    class_emb : Tensor of shape (C, P, d)
        Embeddings of P prompts for each class.

    Returns
    -------
    int64 Tensor of shape (B,)
        Class whose mean prompt is most similar.

    Examples
    --------
    >>> prompts = torch.tensor([[[1.0, 0.0], [9.0, 9.0]], [[0.0, 1.0], [-1.0, 1.0]]])
    >>> zero_shot(torch.tensor([[3.0, 2.0], [-1.0, 0.5]]), prompts).tolist()
    [0, 1]
    """
    # Prompts of any length count alike in the mean, and classes whose prompts disagree are not punished for a short mean.
    means = _unit(_unit(class_emb).mean(1))
    return (_unit(img) @ means.T).argmax(1)


def _unit(x: Tensor) -> Tensor:
    """Scale vectors to length one, in float32 at least; zero stays zero."""
    return F.normalize(x, dim=-1)
