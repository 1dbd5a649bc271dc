# Returns iterators and lengths that never end.
# exercise: dataset_dataloader
# verdict: wrong, timed_out, out_of_memory, raised, protocol
import itertools


class TableDataset:
    """Claims to hold more than any machine."""

    def __init__(self, *args, **kwargs):
        pass

    def __len__(self):
        return 2**62

    def __getitem__(self, index):
        return self

    def __iter__(self):
        return itertools.repeat(self)


class DataLoader(TableDataset):
    """Never ends."""

    def __iter__(self):
        return itertools.count()


def pad_collate(*args, **kwargs):
    """Return what has no end."""
    return itertools.count()
