"""A torch generator, tensors as indices, and a plain loop that gathers one item after the other."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor


class TableDataset(torch.utils.data.Dataset):
    """Rows of a table as pairs of features and a class label."""

    def __init__(self, rows: list[dict], label: str, transform: Callable | None = None) -> None:
        self.rows, self.label, self.transform = rows, label, transform

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, i: int) -> tuple[Any, Tensor]:
        if i < -len(self) or i >= len(self):
            raise IndexError(f"there is no row {i}")
        features = dict(self.rows[i])
        label = features.pop(self.label)
        if self.transform:
            features = self.transform(features)
        return features, torch.as_tensor(label).long()


class DataLoader:
    """Batches of a dataset, or of the part of it that one process of several works on."""

    def __init__(
        self,
        dataset: Any,
        batch_size: int,
        shuffle: bool = False,
        seed: int = 0,
        drop_last: bool = False,
        collate: Callable | None = None,
        rank: int = 0,
        world: int = 1,
    ) -> None:
        if batch_size < 1 or world < 1 or rank not in range(world):
            raise ValueError("batch_size, rank or world is out of range")
        self.dataset, self.batch_size, self.shuffle, self.seed = dataset, batch_size, shuffle, seed
        self.drop_last, self.collate, self.rank, self.world = drop_last, collate or list, rank, world
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch."""
        self.epoch = epoch

    def __len__(self) -> int:
        share = (len(self.dataset) + self.world - 1) // self.world
        if self.drop_last:
            return share // self.batch_size
        return (share + self.batch_size - 1) // self.batch_size

    def __iter__(self) -> Iterator[Any]:
        n = len(self.dataset)
        if self.shuffle:
            order = torch.randperm(n, generator=torch.Generator().manual_seed(self.seed + self.epoch)).tolist()
        else:
            order = list(range(n))
        while order and len(order) % self.world:
            order += order[: self.world - len(order) % self.world]
        batch = []
        for index in order[self.rank :: self.world]:
            batch.append(index)
            if len(batch) == self.batch_size:
                yield self.collate([self.dataset[i] for i in batch])
                batch = []
        if batch and not self.drop_last:
            yield self.collate([self.dataset[i] for i in batch])


def pad_collate(batch: list[tuple[Tensor, Tensor]], pad: float = 0.0) -> tuple[Tensor, Tensor, Tensor]:
    """Put sequences of different lengths into one tensor."""
    if len(batch) == 0:
        raise ValueError("the batch is empty")
    longest = max(sequence.shape[0] for sequence, _ in batch)
    rows = []
    for sequence, _ in batch:
        missing = longest - sequence.shape[0]
        filler = torch.full((missing, *sequence.shape[1:]), pad).to(sequence.dtype)
        rows.append(torch.cat([sequence, filler]))
    lengths = torch.tensor([sequence.shape[0] for sequence, _ in batch], dtype=torch.int64)
    return torch.stack(rows), lengths, torch.stack([label for _, label in batch])
