# Calls the function of a test back without end, with as much as fits into a message.
# exercise: dataset_dataloader
# verdict: timed_out, wrong, protocol, crashed, out_of_memory, skipped, raised
import torch


class TableDataset:
    def __init__(self, rows, label, transform=None):
        self.transform = transform

    def __len__(self):
        return 3

    def __getitem__(self, index):
        while True:
            self.transform({"age": torch.ones(50 * 2**18)})


def pad_collate(batch, **options):
    return 0


DataLoader = TableDataset
