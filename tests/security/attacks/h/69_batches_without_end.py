# Gives batches of 50 MB without end to whoever loops over it.
# exercise: dataset_dataloader
# verdict: out_of_memory
import torch


class TableDataset:
    def __init__(self, rows, label, transform=None):
        self.rows = rows

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        return torch.ones(()), torch.tensor(2)


class DataLoader:
    def __init__(self, *arguments, **options):
        pass

    def __len__(self):
        return 3

    def __iter__(self):
        while True:
            yield torch.ones(50 * 2**18)


def pad_collate(batch, **options):
    return 0
