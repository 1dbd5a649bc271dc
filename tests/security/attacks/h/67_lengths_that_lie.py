# Gives objects whose length is that of nothing a machine can hold.
# exercise: dataset_dataloader
# verdict: wrong, protocol, raised, out_of_memory
class TableDataset:
    def __init__(self, rows, label, transform=None):
        self.told = len(rows)

    def __len__(self):
        return 2**62 if self.told == 3 else 2**70

    def __getitem__(self, index):
        return DataLoader()


class DataLoader:
    def __init__(self, *arguments, **options):
        pass

    def __len__(self):
        return 2**60

    def __getitem__(self, index):
        return self

    def __iter__(self):
        return iter([self, self])


def pad_collate(batch, **options):
    return DataLoader(), [DataLoader()], {1: DataLoader()}
