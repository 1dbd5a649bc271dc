"""As introductions write it: a list of indices, shuffled with its own generator, cut into slices."""

import random

import torch


class TableDataset:
    """Rows as features and label."""

    def __init__(self, rows, label, transform=None):
        self.rows = rows
        self.label = label
        self.transform = transform

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        row = dict(self.rows[i])
        label = row.pop(self.label)
        if self.transform:
            row = self.transform(row)
        return row, torch.tensor(label)


class DataLoader:
    """Batches of a dataset."""

    def __init__(self, dataset, batch_size, shuffle=False, seed=0, drop_last=False, collate=None, rank=0, world=1):
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
        n = len(self.dataset)
        return n // self.batch_size if self.drop_last else (n + self.batch_size - 1) // self.batch_size

    def __iter__(self):
        indices = list(range(len(self.dataset)))
        if self.shuffle:
            random.Random(self.seed + self.epoch).shuffle(indices)
        indices = indices[self.rank :: self.world]
        for start in range(0, len(indices), self.batch_size):
            batch = [self.dataset[i] for i in indices[start : start + self.batch_size]]
            if self.drop_last and len(batch) < self.batch_size:
                break
            yield self.collate(batch) if self.collate else batch


def pad_collate(batch, pad=0.0):
    """Pad with torch.cat, one sequence at a time."""
    sequences, labels = zip(*batch)
    lengths = torch.tensor([len(s) for s in sequences])
    longest = max(lengths)
    padded = [torch.cat([s, torch.full((longest - len(s), *s.shape[1:]), pad)]) for s in sequences]
    return torch.stack(padded), lengths, torch.stack(labels)
