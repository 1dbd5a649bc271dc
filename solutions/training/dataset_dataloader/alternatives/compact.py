"""Plain lists and numpy indices, with little between."""

import math

import numpy as np
import torch


class TableDataset:
    """Rows of a table as pairs of features and a class label."""

    def __init__(self, rows, label, transform=None):
        self.rows = rows
        self.label = label
        self.transform = transform

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        row = self.rows[i]
        features = {name: value for name, value in row.items() if name != self.label}
        if self.transform is not None:
            features = self.transform(features)
        return features, torch.tensor(row[self.label], dtype=torch.long)


class DataLoader:
    """Batches of a dataset, or of the part of it that one process of several works on."""

    def __init__(self, dataset, batch_size, shuffle=False, seed=0, drop_last=False, collate=None, rank=0, world=1):
        if batch_size < 1 or not 0 <= rank < world:
            raise ValueError("batch_size, rank or world is out of range")
        self.dataset = dataset
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.seed = seed
        self.drop_last = drop_last
        self.collate = collate
        self.rank = rank
        self.world = world
        self.epoch = 0

    def set_epoch(self, epoch):
        """Choose the epoch."""
        self.epoch = epoch

    def __len__(self):
        share = math.ceil(len(self.dataset) / self.world)
        return share // self.batch_size if self.drop_last else math.ceil(share / self.batch_size)

    def order(self):
        """Return the order of the epoch, the same on all ranks."""
        n = len(self.dataset)
        if not self.shuffle:
            return list(range(n))
        return np.random.default_rng((self.seed, self.epoch)).permutation(n).tolist()

    def shard(self):
        """Return what this rank reads."""
        order = self.order()
        total = math.ceil(len(order) / self.world) * self.world
        return [order[p % len(order)] for p in range(self.rank, total, self.world)]

    def __iter__(self):
        indices = self.shard()
        for start in range(0, len(self) * self.batch_size, self.batch_size):
            batch = [self.dataset[i] for i in indices[start : start + self.batch_size]]
            yield batch if self.collate is None else self.collate(batch)


def pad_collate(batch, pad=0.0):
    """Put sequences of different lengths into one tensor."""
    if not batch:
        raise ValueError("a batch needs at least one item")
    lengths = [len(sequence) for sequence, _ in batch]
    first = batch[0][0]
    padded = first.new_full((len(batch), max(lengths), *first.shape[1:]), pad)
    for row, (sequence, _) in zip(padded, batch, strict=True):
        row[: len(sequence)] = sequence
    return padded, torch.tensor(lengths), torch.stack([label for _, label in batch])
