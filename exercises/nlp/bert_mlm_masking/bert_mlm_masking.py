"""Inputs of BERT: packed texts and masked tokens."""

from __future__ import annotations

import numpy as np


def pack_pair(
    a: list[int], b: list[int] | None, cls: int, sep: int, pad: int, max_len: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pack one or two texts into a sequence of fixed length.

    Parameters
    ----------
    a : list of int
        First text.
    b : list of int or None
        Second text, if there is one.
    cls, sep, pad : int
        Ids of the special tokens.
    max_len : int
        Length of the result.

    Returns
    -------
    tuple of (ndarray, ndarray, ndarray), each of int64 and shape (max_len,)
        Ids, segments and attention mask.

    Raises
    ------
    ValueError
        If `max_len` is too small for the special tokens.

    Examples
    --------
    >>> pack_pair([5], None, 1, 2, 0, 4)[0]
    array([1, 5, 2, 0])
    """
    raise NotImplementedError


def mlm_mask(
    ids: np.ndarray,
    special: np.ndarray,
    mask_id: int,
    u_select: np.ndarray,
    u_action: np.ndarray,
    random_ids: np.ndarray,
    p: float = 0.15,
) -> tuple[np.ndarray, np.ndarray]:
    """Mask tokens for a masked language model.

    Parameters
    ----------
    ids : ndarray of int and shape (B, T)
        Original tokens.
    special : ndarray of bool and shape (B, T)
        Where a token may not be selected.
    mask_id : int
        Id of the mask.
    u_select, u_action : ndarray of shape (B, T)
        Uniform numbers from [0, 1): which tokens are selected, and what becomes of them.
    random_ids : ndarray of int and shape (B, T)
        Replacements.
    p : float, default=0.15
        Share of the tokens that are selected.

    Returns
    -------
    tuple of (ndarray, ndarray), each of shape (B, T)
        Inputs of the model, and labels.

    Raises
    ------
    ValueError
        If the arrays differ in shape.

    Examples
    --------
    >>> row = np.array([[0.1, 0.9]])
    >>> mlm_mask(np.array([[7, 8]]), np.zeros((1, 2), bool), 4, row, row, np.array([[5, 5]]))
    (array([[4, 8]]), array([[   7, -100]]))
    """
    raise NotImplementedError
