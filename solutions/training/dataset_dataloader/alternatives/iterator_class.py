"""An iterator class of its own, a shuffle by the standard library, and padding by a mask."""

import itertools
import math
import random

import torch


class TableDataset:
    """Rows of a table as pairs of features and a class label."""

    def __init__(self, rows, label, transform=None):
        self.rows = list(rows)
        self.columns = [[name for name in row if name != label] for row in self.rows]
        self.label = label
        self.transform = (lambda features: features) if transform is None else transform

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        row = self.rows[i]
        features = {name: row[name] for name in self.columns[i]}
        return self.transform(features), torch.LongTensor([row[self.label]]).squeeze()


class DataLoader:
    """Batches of a dataset, or of the part of it that one process of several works on."""

    def __init__(self, dataset, batch_size, shuffle=False, seed=0, drop_last=False, collate=None, rank=0, world=1):
        if batch_size <= 0:
            raise ValueError("batch_size must be positive")
        if world <= 0 or rank < 0 or rank >= world:
            raise ValueError("rank must be below world")
        self.__dict__.update(locals())
        self.set_epoch(0)

    def set_epoch(self, epoch):
        """Choose the epoch and compute its order at once."""
        n = len(self.dataset)
        order = list(range(n))
        if self.shuffle:
            random.Random(f"{self.seed} {epoch}").shuffle(order)
        share = math.ceil(n / self.world)
        if n:
            order = list(itertools.islice(itertools.cycle(order), share * self.world))
        self.order = order[self.rank :: self.world]

    def __len__(self):
        rounded = math.floor if self.drop_last else math.ceil
        return rounded(len(self.order) / self.batch_size)

    def __iter__(self):
        return _Epoch(self)


class _Epoch:
    def __init__(self, loader):
        self.loader, self.indices = loader, iter(loader.order)

    def __iter__(self):
        return self

    def __next__(self):
        loader = self.loader
        numbers = list(itertools.islice(self.indices, loader.batch_size))
        if not numbers or (loader.drop_last and len(numbers) < loader.batch_size):
            raise StopIteration
        batch = [loader.dataset[number] for number in numbers]
        return batch if loader.collate is None else loader.collate(batch)


def pad_collate(batch, pad=0.0):
    """Put sequences of different lengths into one tensor."""
    if not batch:
        raise ValueError("nothing to collate")
    sequences, labels = zip(*batch, strict=True)
    lengths = torch.as_tensor([s.size(0) for s in sequences])
    real = torch.arange(int(lengths.max())) < lengths.unsqueeze(1)
    padded = torch.full(real.shape + sequences[0].shape[1:], pad).to(sequences[0].dtype)
    padded[real] = torch.cat(sequences)
    return padded, lengths, torch.stack(labels)
