"""Does not normalise."""

import math
from itertools import chain

import torch
from torch import Tensor
from torch.nn.functional import normalize


def in_batch_softmax(user: Tensor, item: Tensor, item_ids: Tensor, log_q: Tensor, temperature: float = 0.05) -> Tensor:
    """Cross-entropy of each user's own item among the items of the batch.

    Parameters
    ----------
    user : Tensor of shape (B, d)
        Embeddings of the users.
    item : Tensor of shape (B, d)
        Embeddings of the items; row i belongs to user i.
    item_ids : int Tensor of shape (B,)
        Which item each row is.
    log_q : Tensor of shape (B,)
        Logarithm of the probability with which the item of each row gets into a batch.
    temperature : float, default=0.05
        Divisor of the cosines.

    Returns
    -------
    Tensor of shape ()
        Mean loss over the batch.

    Raises
    ------
    ValueError
        If the temperature is not positive.

    Examples
    --------
    >>> user, ids = torch.eye(2), torch.tensor([7, 8])
    >>> round(in_batch_softmax(user, user, ids, torch.zeros(2), temperature=1.0).item(), 4)
    0.3133
    """
    if temperature <= 0:
        raise ValueError(f"temperature must be positive, got {temperature}")
    cosines = user @ item.T
    # A popular item is a negative in many batches. Its column loses log q, so that the softmax is that of all items.
    logits = cosines / temperature - log_q
    # The same item in another row is no negative. Each row keeps its own column, which is the positive.
    same = item_ids[:, None] == item_ids
    same.fill_diagonal_(False)
    logits = logits.masked_fill(same, -torch.inf)
    return (logits.logsumexp(1) - logits.diagonal()).mean()


def retrieve(users: Tensor, items: Tensor, k: int, exclude: list[list[int]] | None = None) -> Tensor:
    """Find the k items of greatest dot product for each user.

    Parameters
    ----------
    users : Tensor of shape (U, d)
        Embeddings of the users.
    items : Tensor of shape (I, d)
        Embeddings of the items.
    k : int
        How many items to return.
    exclude : list of list of int, default=None
        For each user the items that must not be returned.

    Returns
    -------
    int64 Tensor of shape (U, k)
        Rows of items, the best first; -1 where no item is left.

    Raises
    ------
    ValueError
        If k is less than 1, or exclude has not one list for each user.

    Examples
    --------
    >>> items = torch.tensor([[1.0], [3.0], [3.0]])
    >>> retrieve(torch.tensor([[1.0], [-1.0]]), items, 2, exclude=[[], [0, 2]]).tolist()
    [[1, 2], [1, -1]]
    """
    if k < 1:
        raise ValueError(f"k must be positive, got {k}")
    if exclude is None:
        exclude = [[]] * len(users)
    if len(exclude) != len(users):
        raise ValueError(f"{len(users)} users, but {len(exclude)} lists of excluded items")
    best = torch.full((len(users), k), -1)
    n = min(k, len(items))
    # The scores of one chunk of users are all that is held at a time.
    size = math.ceil(_CELLS / len(items))
    for start in range(0, len(users), size):
        scores = users[start : start + size] @ items.T
        banned = exclude[start : start + size]
        scores[[row for row, found in enumerate(banned) for _ in found], list(chain(*banned))] = -torch.inf
        # topk says which score the last place has, but not which of several equal items gets it. Those above are in;
        # of those level with it, the first ones fill the places that are left.
        last = scores.topk(n).values[:, -1:]
        above, level = scores > last, scores == last
        keep = above | (level & (level.cumsum(1) <= n - above.sum(1, keepdim=True)))
        rows = keep.nonzero()[:, 1].view(-1, n)  # ascending, so a stable sort leaves ties in order
        found, order = scores.gather(1, rows).sort(descending=True, stable=True)
        best[start : start + size, :n] = rows.gather(1, order).masked_fill(found == -torch.inf, -1)
    return best


def recall_at_k(retrieved: Tensor, truth: list[set[int]]) -> float:
    """Mean share of a user's relevant items that were retrieved.

    Parameters
    ----------
    retrieved : int Tensor of shape (U, k)
        Items of each user; -1 stands for none.
    truth : list of set of int
        Relevant items of each user.

    Returns
    -------
    float
        Mean over the users who have relevant items.

    Raises
    ------
    ValueError
        If the lengths differ, or no user has a relevant item.

    Examples
    --------
    >>> recall_at_k(torch.tensor([[4, 2], [1, -1], [3, 0]]), [{2, 7}, {1}, set()])
    0.75
    """
    pairs = zip(retrieved.tolist(), truth, strict=True)
    shares = [len(wanted.intersection(row)) / len(wanted) for row, wanted in pairs if wanted]
    if not shares:
        raise ValueError("no user has a relevant item")
    return sum(shares) / len(shares)


_CELLS = 2**16  # scores in a chunk
