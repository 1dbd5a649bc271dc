"""The loader against torch's DataLoader and DistributedSampler, and padding against torch's pad_sequence."""

import itertools

import pytest
import torch
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, DistributedSampler

from tests.support.references import References


@pytest.mark.parametrize("n", [0, 1, 5, 8])
@pytest.mark.parametrize("batch_size", [1, 3, 4, 9])
@pytest.mark.parametrize("drop_last", [False, True])
def test_batches_equal_torch(reference: References, n: int, batch_size: int, drop_last: bool) -> None:
    """Batches and their number agree with torch on one process without shuffling."""
    items = list(range(100, 100 + n))
    ours = reference("dataset_dataloader").DataLoader(items, batch_size, drop_last=drop_last)

    theirs = DataLoader(items, batch_size, drop_last=drop_last, collate_fn=list)
    assert list(ours) == list(theirs)
    assert len(ours) == len(theirs)


@pytest.mark.parametrize(("n", "world"), list(itertools.product([1, 2, 5, 6, 7, 12], [1, 2, 3, 5])))
def test_shards_equal_torch(reference: References, n: int, world: int) -> None:
    """Every rank reads what torch's sampler gives it, also where ranks outnumber items."""
    items = list(range(n))
    for rank in range(world):
        ours = reference("dataset_dataloader").DataLoader(items, n, rank=rank, world=world)

        theirs = DistributedSampler(items, num_replicas=world, rank=rank, shuffle=False)
        assert [item for batch in ours for item in batch] == list(theirs)


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_shards_cover_like_torch(reference: References, seed: int) -> None:
    """Shuffled shards have torch's sizes, cover everything, and repeat as few items."""
    items = list(range(11))
    ours, theirs = [], []
    for rank in range(4):
        loader = reference("dataset_dataloader").DataLoader(items, 4, shuffle=True, seed=seed, rank=rank, world=4)
        sampler = DistributedSampler(items, num_replicas=4, rank=rank, seed=seed)
        loader.set_epoch(seed)
        sampler.set_epoch(seed)
        ours.append([item for batch in loader for item in batch])
        theirs.append(list(sampler))

    assert [len(shard) for shard in ours] == [len(shard) for shard in theirs]
    for shards in (ours, theirs):
        counts = [sum(shard.count(item) for shard in shards) for item in items]
        assert sorted(counts) == [1] * 10 + [2]


@pytest.mark.parametrize("seed", range(10))
def test_padding_equals_torch(reference: References, seed: int) -> None:
    """Padded sequences agree with `pad_sequence`."""
    generator = torch.Generator().manual_seed(seed)
    lengths = torch.randint(0, 6, (5,), generator=generator).tolist()
    sequences = [torch.randn(n, 2, 3, generator=generator) for n in lengths]
    labels = torch.arange(5)
    padded, got_lengths, got_labels = reference("dataset_dataloader").pad_collate(
        list(zip(sequences, labels, strict=True)), pad=0.5
    )

    torch.testing.assert_close(padded, pad_sequence(sequences, batch_first=True, padding_value=0.5))
    assert got_lengths.tolist() == lengths
    assert got_labels.tolist() == labels.tolist()


def test_dataset_feeds_the_loader_of_torch(reference: References) -> None:
    """A table is a dataset that torch's own loader can read."""
    rows = [{"x": float(i), "y": i % 3} for i in range(7)]
    dataset = reference("dataset_dataloader").TableDataset(
        rows, "y", transform=lambda features: torch.tensor(features["x"])
    )
    features, labels = zip(*DataLoader(dataset, batch_size=3), strict=True)

    assert torch.cat(features).tolist() == [row["x"] for row in rows]
    assert torch.cat(labels).tolist() == [row["y"] for row in rows]


def test_every_order_is_equally_likely(reference: References) -> None:
    """Over many epochs the six orders of three items come about equally often, and the first item is uniform."""
    loader = reference("dataset_dataloader").DataLoader([0, 1, 2], 3, shuffle=True, seed=1)
    counts: dict[tuple[int, ...], int] = {}
    for epoch in range(3000):
        loader.set_epoch(epoch)
        order = tuple(next(iter(loader)))
        counts[order] = counts.get(order, 0) + 1

    chi_square = sum((count - 500) ** 2 / 500 for count in counts.values())
    assert len(counts) == 6
    assert chi_square < 20.5  # quantile 0.999 with five degrees of freedom
