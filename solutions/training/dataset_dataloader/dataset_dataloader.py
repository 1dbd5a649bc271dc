"""A table as a dataset, a data loader with shards for several processes, and a collate function that pads."""

from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from typing import Any

import numpy as np
import torch
from torch import Tensor


class TableDataset:
    """Rows of a table as pairs of features and a class label.

    Parameters
    ----------
    rows : list of dict
        Columns by name; every row has the column of the label.
    label : str
        Name of the column with the class label, an integer or a bool.
    transform : callable, default=None
        Takes the features of a row, a dict without the label, each time the row is read. What it returns stands in
        their place.

    Examples
    --------
    >>> dataset = TableDataset([{"x": 1.5, "y": 0}, {"x": 2.5, "y": 1}], label="y")
    >>> len(dataset)
    2
    >>> dataset[-1]
    ({'x': 2.5}, tensor(1))
    """

    def __init__(
        self, rows: list[dict[str, Any]], label: str, transform: Callable[[dict[str, Any]], Any] | None = None
    ) -> None:
        self._rows = rows
        self._label = label
        self._transform = transform

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._rows)

    def __getitem__(self, i: int) -> tuple[Any, Tensor]:
        """Return features and label of a row.

        Parameters
        ----------
        i : int
            Number of the row; negative numbers count from the end.

        Returns
        -------
        features : dict or object
            All columns but the label, or what the transform makes of them.
        label : long Tensor of shape ()
            Class label.

        Raises
        ------
        IndexError
            If there is no such row.
        """
        # The list raises IndexError, by which a plain `for` loop over this class ends.
        row = self._rows[i]
        # A new dict for every access: popping the label from the row itself would spoil the next epoch.
        features: Any = {name: value for name, value in row.items() if name != self._label}
        if self._transform is not None:
            features = self._transform(features)
        return features, torch.tensor(row[self._label], dtype=torch.long)


class DataLoader:
    """Batches of a dataset, or of the part of it that one process of several works on.

    Parameters
    ----------
    dataset : sequence
        Anything with a length and items by number.
    batch_size : int
        Items in a batch, at least 1.
    shuffle : bool, default=False
        Whether every epoch has a random order of its own.
    seed : int, default=0
        With the epoch, it determines the order; not negative.
    drop_last : bool, default=False
        Whether a last batch with fewer items is left out.
    collate : callable, default=None
        Turns the list of items into the batch; None leaves the list as it is.
    rank : int, default=0
        Number of this process, from 0.
    world : int, default=1
        Number of processes.

    Raises
    ------
    ValueError
        If the batch size is below 1, or the rank is not one of 0, …, world - 1.

    Examples
    --------
    >>> loader = DataLoader(["a", "b", "c", "d", "e"], batch_size=2)
    >>> list(loader)
    [['a', 'b'], ['c', 'd'], ['e']]
    >>> list(DataLoader(["a", "b", "c", "d", "e"], batch_size=2, rank=1, world=2))
    [['b', 'd'], ['a']]
    """

    def __init__(
        self,
        dataset: Sequence[Any],
        batch_size: int,
        shuffle: bool = False,
        seed: int = 0,
        drop_last: bool = False,
        collate: Callable[[list[Any]], Any] | None = None,
        rank: int = 0,
        world: int = 1,
    ) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}")
        if not 0 <= rank < world:
            raise ValueError(f"rank must be between 0 and world - 1, got rank {rank} of {world}")
        self._dataset = dataset
        self._batch_size = batch_size
        self._shuffle = shuffle
        self._seed = seed
        self._drop_last = drop_last
        self._collate = collate
        self._rank = rank
        self._world = world
        self._epoch = 0

    def __iter__(self) -> Iterator[Any]:
        """Go through one epoch; every iterator keeps its own place.

        Yields
        ------
        object
            Result of the collate function, or a list of items.
        """
        # A generator function: its locals are the state, so loops over one loader cannot disturb each other.
        indices = self._shard()
        for start in range(0, len(self) * self._batch_size, self._batch_size):
            batch = [self._dataset[i] for i in indices[start : start + self._batch_size]]
            yield batch if self._collate is None else self._collate(batch)

    def __len__(self) -> int:
        """Return the number of batches that this process gets in an epoch."""
        full, rest = divmod(self._shard_size(), self._batch_size)
        return full if self._drop_last or not rest else full + 1

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch, and with it the order of the loops that begin from now on.

        Parameters
        ----------
        epoch : int
            Number of the epoch, from 0; a new loader stands at 0.
        """
        self._epoch = epoch

    def _shard_size(self) -> int:
        """Items for each process: all get as many, because collective operations wait for everyone."""
        return -(-len(self._dataset) // self._world)

    def _shard(self) -> list[int]:
        """Numbers of the items that this process reads, in order."""
        n = len(self._dataset)
        order: Sequence[int] = range(n)
        if self._shuffle:
            # A generator of our own leaves the global ones alone. The rank must not enter: shards are slices of one
            # common order, else some items would come twice and others never.
            order = np.random.default_rng([self._seed, self._epoch]).permutation(n).tolist()
        # The order starts again from its front, as often as needed, until all shards are equally long.
        return list(islice(cycle(order), self._rank, self._shard_size() * self._world, self._world))


def pad_collate(batch: list[tuple[Tensor, Tensor]], pad: float = 0.0) -> tuple[Tensor, Tensor, Tensor]:
    """Put sequences of different lengths into one tensor.

    Parameters
    ----------
    batch : list of (Tensor of shape (L_i, ...), Tensor of shape ())
        Sequences with their labels; the sequences agree in dtype and in all axes but the first.
    pad : float, default=0.0
        Value after the end of a sequence.

    Returns
    -------
    padded : Tensor of shape (B, max L_i, ...)
        Sequences from the left, in the dtype they came in.
    lengths : long Tensor of shape (B,)
        Length of each sequence.
    labels : Tensor of shape (B,)
        Labels in the order of the batch.

    Raises
    ------
    ValueError
        If the batch is empty.

    Examples
    --------
    >>> a, b = torch.tensor([1, 2, 3]), torch.tensor([4])
    >>> padded, lengths, labels = pad_collate([(a, torch.tensor(0)), (b, torch.tensor(1))], pad=-1)
    >>> padded
    tensor([[ 1,  2,  3],
            [ 4, -1, -1]])
    >>> lengths
    tensor([3, 1])
    """
    if not batch:
        raise ValueError("a batch needs at least one item")
    labels = torch.stack([label for _, label in batch])
    sequences = [sequence for sequence, _ in batch]
    lengths = [len(sequence) for sequence in sequences]
    first, *_ = sequences
    padded = first.new_full((len(batch), max(lengths), *first.shape[1:]), pad)
    for i, sequence in enumerate(sequences):
        padded[i, : len(sequence)] = sequence
    return padded, torch.tensor(lengths), labels
