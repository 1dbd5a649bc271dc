"""Hidden tests of dataset_dataloader."""

import math

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.testing import (
    assert_close,
    assert_dtype,
    assert_equal,
    assert_raises,
    assert_shape,
    assert_that,
    fetch,
    put,
    speed,
    take,
)


def table():
    """Three rows with two features and a label."""
    return [
        {"age": 31, "kind": 2, "name": "ann"},
        {"age": 42, "kind": 0, "name": "bob"},
        {"age": 53, "kind": 1, "name": "cyd"},
    ]


def lists(loader, n):
    """The first n batches as lists of items."""
    batches = take(loader, n)
    assert_that(all(isinstance(batch, (list, tuple)) for batch in batches), "is not a list of items")
    return [list(batch) for batch in batches]


def flat(loader):
    """Items of an epoch without their batches: plain numbers or texts."""
    items = [item for batch in lists(loader, 1000) for item in batch]
    assert_that(all(type(item) in {int, str} for item in items), "holds something that is no item of the dataset")
    return items


def collated(candidate, batch, **options):
    """Result of pad_collate, once it is three things with the right number of rows."""
    got = candidate.pad_collate(batch, **options)
    is_triple = isinstance(got, (tuple, list)) and len(got) == 3
    assert_that(is_triple, "is not a triple: padded, lengths, labels")
    assert_shape(got[0], (len(batch), max(len(sequence) for sequence, _ in batch), *batch[0][0].shape[1:]))
    return got


def test_item_of_a_table(candidate):
    """An item holds all columns but the label, and the label as a tensor without axes."""
    dataset = candidate.TableDataset(table(), "kind")
    assert_equal(len(dataset), 3)
    features, label = dataset[0]
    assert_equal(features, {"age": 31, "name": "ann"})
    assert_close(label, torch.tensor(2))
    features, label = candidate.TableDataset(table(), label="age")[1]
    assert_equal(features, {"kind": 0, "name": "bob"})
    assert_close(label, torch.tensor(42))


def test_loop_over_dataset_ends(candidate):
    """A plain loop over a dataset ends after the last row, because an index out of range raises IndexError."""
    dataset = candidate.TableDataset(table(), "kind")
    assert_equal(take(dataset, 10), [dataset[i] for i in range(3)])
    with assert_raises(IndexError):
        dataset[3]


def test_transform_runs_when_an_item_is_read(candidate):
    """The transform sees the features without the label, at each access and not before."""
    seen = []

    def transform(features):
        seen.append(features)
        return torch.tensor([0.5, len(seen)])

    dataset = candidate.TableDataset(table(), "kind", transform)
    assert_equal(seen, [])
    for time in (1, 2):
        features, label = dataset[1]
        assert_close(features, torch.tensor([0.5, time]))
        assert_close(label, torch.tensor(0))
    assert_equal(seen, [{"age": 42, "name": "bob"}] * 2)


def test_rows_are_not_changed(candidate):
    """Reading items leaves the rows as they were, so that they can be read again."""
    rows = put(candidate, table())
    dataset = candidate.TableDataset(rows, "kind")
    first = take(dataset, 3)
    assert_equal(take(dataset, 3), first)
    assert_equal(fetch(rows), table())


def test_batches_in_order(candidate):
    """Without shuffling the items come in order, the last batch being shorter or left out."""
    items = [10, 11, 12, 13, 14]
    assert_equal(lists(candidate.DataLoader(items, 2), 9), [[10, 11], [12, 13], [14]])
    assert_equal(lists(candidate.DataLoader(items, 2, drop_last=True), 9), [[10, 11], [12, 13]])
    assert_equal(lists(candidate.DataLoader(items[:4], 2, drop_last=True), 9), [[10, 11], [12, 13]])
    assert_equal(lists(candidate.DataLoader(items, 7), 9), [items])
    assert_equal(lists(candidate.DataLoader(items, 7, drop_last=True), 9), [])


@given(n=st.integers(1, 7), size=st.integers(1, 4), drop=st.booleans())
@example(n=4, size=2, drop=True)
@example(n=3, size=2, drop=True)
def test_length_counts_batches(candidate, n, size, drop):
    """The length of a loader is the number of batches that it yields."""
    loader = candidate.DataLoader(list(range(n)), size, drop_last=drop)
    expected = n // size if drop else math.ceil(n / size)
    assert_equal(len(loader), expected)
    assert_equal(len(take(loader, 20)), expected)


def test_collate_makes_the_batch(candidate):
    """The collate function gets the list of items, and its result is the batch."""
    given_lists = []

    def collate(batch):
        given_lists.append(batch)
        return f"batch {len(given_lists)}"

    loader = candidate.DataLoader([1, 2, 4, 8, 16], 2, collate=collate)
    assert_equal(take(loader, 9), ["batch 1", "batch 2", "batch 3"])
    assert_equal(given_lists, [[1, 2], [4, 8], [16]])


def test_shuffle_is_a_permutation(candidate):
    """Shuffling keeps every item once and changes the order."""
    items = list(range(100, 150))
    order = flat(candidate.DataLoader(items, 7, shuffle=True))
    assert_equal(sorted(order, key=str), sorted(items, key=str))
    assert_that(order != items, "keeps the order of the dataset")


def test_order_repeats_until_the_epoch_changes(candidate):
    """Iterating again repeats the order, a new epoch changes it, and going back brings it back."""
    loader = candidate.DataLoader(list(range(40)), 8, shuffle=True, seed=3)
    orders = [flat(loader), flat(loader)]
    for epoch in (1, 2, 1, 0):
        loader.set_epoch(epoch)
        orders.append(flat(loader))
    start, again, one, two, one_again, back = orders
    assert_equal(again, start)
    assert_equal(one_again, one)
    assert_equal(back, start)
    assert_that(start != one and one != two and two != start, "repeats the order of another epoch")


def test_order_depends_on_seed_and_epoch_only(candidate):
    """Loaders with equal seed and epoch agree whatever the batch size, and another seed gives another order."""
    items = list(range(40))
    default = flat(candidate.DataLoader(items, 8, shuffle=True))
    assert_equal(flat(candidate.DataLoader(items, 3, shuffle=True, seed=0)), default)
    other = candidate.DataLoader(items, 8, shuffle=True, seed=1)
    assert_that(flat(other) != default, "does not depend on the seed")
    other.set_epoch(4)
    fresh = candidate.DataLoader(items, 5, shuffle=True, seed=1)
    fresh.set_epoch(4)
    assert_equal(flat(fresh), flat(other))
    another = candidate.DataLoader(items, 8, shuffle=True, seed=2)
    another.set_epoch(4)
    assert_that(flat(another) != flat(other), "does not depend on the seed in later epochs")


def test_every_order_occurs(candidate, rng):
    """All six orders of three items turn up over many epochs."""
    loader = candidate.DataLoader([0, 1, 2], 3, shuffle=True, seed=int(rng.integers(2**31)))
    orders = set()
    for epoch in range(90):
        loader.set_epoch(epoch)
        orders.add(tuple(flat(loader)))
    assert_equal(len(orders), 6)


def test_padding_by_hand(candidate):
    """Shorter sequences are filled up at the end, and lengths and labels follow the batch."""
    short, long = torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, 4.0], [5.0, 6.0], [7.0, 8.0]])
    padded, lengths, labels = collated(candidate, [(short, torch.tensor(4)), (long, torch.tensor(9))], pad=-1.0)
    assert_close(padded[0], torch.tensor([[1.0, 2.0], [-1.0, -1.0], [-1.0, -1.0]]))
    assert_close(padded[1], long)
    assert_close(lengths, torch.tensor([1, 3]))
    assert_close(labels, torch.tensor([4, 9]))


@given(lengths=st.lists(st.integers(1, 4), min_size=1, max_size=4), width=st.integers(1, 3), seed=st.integers(0, 999))
def test_padding_can_be_undone(candidate, lengths, width, seed):
    """Cutting each row at its length gives the sequences back, and zeros follow."""
    rng = np.random.default_rng(seed)
    sequences = [torch.from_numpy(rng.normal(size=(n, width))) for n in lengths]
    batch = [(sequence, torch.tensor(i)) for i, sequence in enumerate(sequences)]
    padded, got_lengths, labels = collated(candidate, batch)
    assert_close(got_lengths, torch.tensor(lengths))
    assert_close(labels, torch.arange(len(lengths)))
    for row, sequence in zip(padded, sequences, strict=True):
        assert_close(row[: len(sequence)], sequence)
        assert_that(not row[len(sequence) :].any(), "has something other than zeros after a sequence")


@pytest.mark.fine
def test_labels_are_long(candidate):
    """An item is a pair, and its label is a long tensor, 1 for True."""
    dataset = candidate.TableDataset(table(), "kind")
    assert_equal(dataset[0], ({"age": 31, "name": "ann"}, torch.tensor(2)))
    assert_equal(candidate.TableDataset(table(), label="age")[1], ({"kind": 0, "name": "bob"}, torch.tensor(42)))
    assert_equal(candidate.TableDataset([{"x": 1.5, "y": True}], "y")[0], ({"x": 1.5}, torch.tensor(1)))


@pytest.mark.fine
def test_indices_far_out_of_range(candidate):
    """Any index out of range raises IndexError, on either side, and a table may be empty."""
    dataset = candidate.TableDataset(table(), "kind")
    for index in (100, -4):
        with assert_raises(IndexError):
            dataset[index]
    assert_equal(take(candidate.TableDataset([], "kind"), 10), [])


@pytest.mark.fine
def test_negative_index(candidate):
    """Negative indices count from the end."""
    dataset = candidate.TableDataset(table(), "kind")
    assert_equal([dataset[i] for i in (-3, -2, -1)], [dataset[i] for i in (0, 1, 2)])
    assert_equal(dataset[-1], ({"age": 53, "name": "cyd"}, torch.tensor(1)))


@pytest.mark.fine
@given(n=st.integers(0, 7), size=st.integers(1, 4), world=st.integers(1, 3), drop=st.booleans())
def test_length_of_a_shard(candidate, n, size, world, drop):
    """The length of a loader is the number of batches that this rank yields."""
    loader = candidate.DataLoader(list(range(n)), size, drop_last=drop, rank=world - 1, world=world)
    share = math.ceil(n / world)
    expected = share // size if drop else math.ceil(share / size)
    assert_equal(len(loader), expected)
    assert_equal(len(take(loader, 20)), expected)


@pytest.mark.fine
def test_items_are_read_when_needed(candidate):
    """The first batch reads its own items only, an epoch reads every item once, and a batch left out is not read."""
    read = []

    def transform(features):
        read.append(features)
        return len(read)

    features = [{"age": 31, "name": "ann"}, {"age": 42, "name": "bob"}, {"age": 53, "name": "cyd"}]
    loader = candidate.DataLoader(candidate.TableDataset(table(), "kind", transform), 2)
    take(loader, 1)
    assert_equal(read, features[:2])
    read.clear()
    batches = take(loader, 9)
    assert_equal(read, features)
    assert_equal(batches, [[(1, torch.tensor(2)), (2, torch.tensor(0))], [(3, torch.tensor(1))]])
    read.clear()
    take(candidate.DataLoader(candidate.TableDataset(table(), "kind", transform), 2, drop_last=True), 9)
    assert_equal(read, features[:2])


@pytest.mark.fine
def test_nested_loops(candidate):
    """Two loops over one loader keep their own places."""
    loader = candidate.DataLoader([1, 2, 3], 1)
    pairs = [(a, b) for a in take(loader, 9) for b in take(loader, 9)]
    assert_equal(pairs, [([a], [b]) for a in (1, 2, 3) for b in (1, 2, 3)])
    outer = iter(loader)
    got = [take(outer, 2), take(loader, 9), take(outer, 9)]
    assert_equal(got, [[[1], [2]], [[1], [2], [3]], [[3]]])


@pytest.mark.fine
def test_global_generator_is_left_alone(candidate):
    """An epoch does not put torch's global generator into a known state."""
    noise = put(candidate, torch.zeros(16))
    draws = []
    for _ in range(2):
        flat(candidate.DataLoader(list(range(10)), 4, shuffle=True, seed=5))
        draws.append(noise.uniform_().clone())
    assert_that(not torch.equal(*draws), "seeds torch's global generator: the same noise follows every epoch")


@pytest.mark.fine
def test_shards_by_hand(candidate):
    """Each rank takes every world-th item, and the order starts again to fill the last places."""
    items = ["a", "b", "c", "d", "e", "f", "g"]
    shards = [flat(candidate.DataLoader(items, 2, rank=rank, world=3)) for rank in range(3)]
    assert_equal(shards, [["a", "d", "g"], ["b", "e", "a"], ["c", "f", "b"]])
    two = [flat(candidate.DataLoader(["a", "b"], 2, rank=rank, world=5)) for rank in range(5)]
    assert_equal(two, [["a"], ["b"], ["a"], ["b"], ["a"]])


@pytest.mark.fine
def test_every_permutation_is_equally_likely(candidate):
    """Over 800 seeds no item of 24 prefers a place."""
    n, seeds = 24, 800
    counts = np.zeros((n, n))
    for seed in range(seeds):
        counts[flat(candidate.DataLoader(list(range(n)), n, shuffle=True, seed=seed)), np.arange(n)] += 1
    # Chi-squared with (n - 1)^2 degrees of freedom; a fair shuffle is 8 standard deviations above its mean never.
    surplus = ((counts - seeds / n) ** 2 / (seeds / n)).sum() - (n - 1) ** 2
    assert_that(surplus < 8 * (2 * (n - 1) ** 2) ** 0.5, "puts some items more often into some places than into others")


@pytest.mark.fine
def test_ranks_share_one_shuffled_order(candidate, rng):
    """The shards of all ranks, put back together, are the order of a single process, filled up from its front."""
    for n, world in [(1, 1), (5, 1), (6, 2), (7, 2), (8, 3), (10, 4), (2, 3), (2, 5), (1, 4)]:
        seed, epoch = (int(rng.integers(limit)) for limit in (2**31, 10))

        def items(rank, world, n=n, seed=seed, epoch=epoch):
            loader = candidate.DataLoader(list(range(n)), n, shuffle=True, seed=seed, rank=rank, world=world)
            loader.set_epoch(epoch)
            return flat(loader)

        order = items(0, 1)
        shards = [items(rank, world) for rank in range(world)]
        share = math.ceil(n / world)
        assert_equal([len(shard) for shard in shards], [share] * world)
        together = [shards[p % world][p // world] for p in range(share * world)]
        assert_equal(together, [order[p % n] for p in range(share * world)])


@pytest.mark.fine
def test_empty_dataset(candidate):
    """An empty dataset gives no batches, on any rank."""
    for shuffle in (False, True):
        for rank in range(2):
            loader = candidate.DataLoader([], 2, shuffle=shuffle, rank=rank, world=2)
            assert_equal(len(loader), 0)
            assert_equal(take(loader, 3), [])


@pytest.mark.fine
@pytest.mark.parametrize(
    ("batch_size", "rank", "world"),
    [(0, 0, 1), (-1, 0, 1), (2, -1, 2), (2, 2, 2), (2, 0, 0), (2, 0, -1)],
    ids=["size 0", "size -1", "rank -1", "rank 2 of 2", "world 0", "world -1"],
)
def test_bad_arguments(candidate, batch_size, rank, world):
    """A batch size or world below 1, and a rank outside the world, raise ValueError."""
    with assert_raises(ValueError):
        candidate.DataLoader([1, 2, 3], batch_size, rank=rank, world=world)


@pytest.mark.fine
def test_three_tensors(candidate):
    """The result is a tuple of three tensors, and a sequence may have no steps."""
    batch = [(torch.zeros(0, 2), torch.tensor(4)), (torch.ones(2, 2), torch.tensor(9))]
    got = candidate.pad_collate(batch, pad=3.0)
    is_triple = type(got) is tuple and all(isinstance(part, torch.Tensor) for part in got)
    assert_that(is_triple, "is not a tuple of tensors: padded, lengths, labels")
    assert_close(got, (torch.tensor([[[3.0, 3.0]] * 2, [[1.0, 1.0]] * 2]), torch.tensor([0, 2]), torch.tensor([4, 9])))
    empty = candidate.pad_collate(batch[:1])
    assert_close(empty, (torch.zeros(1, 0, 2), torch.tensor([0]), torch.tensor([4])))


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [torch.long, torch.bool, torch.float16, torch.float64], ids=str)
def test_padding_keeps_dtypes(candidate, dtype):
    """Padded sequences and labels keep the dtypes that they came in."""
    sequences = [torch.tensor([1, 0, 1]).to(dtype), torch.tensor([1]).to(dtype)]
    label_dtype = torch.int32 if dtype is torch.long else torch.float64
    batch = [(sequence, torch.tensor(1, dtype=label_dtype)) for sequence in sequences]
    padded, lengths, labels = collated(candidate, batch)
    assert_equal(padded, torch.tensor([[1, 0, 1], [1, 0, 0]]).to(dtype))
    assert_dtype(lengths, torch.long)
    assert_dtype(labels, label_dtype)


@pytest.mark.fine
def test_padding_an_empty_batch(candidate):
    """An empty batch raises ValueError."""
    with assert_raises(ValueError):
        candidate.pad_collate([])


@pytest.mark.scale
def test_speed(candidate, reference, rng):
    """An epoch of 100 batches computes its order once, not for each batch."""

    def prepare(subject, rng):
        loader = subject.DataLoader(list(range(20_000)), 200, shuffle=True, seed=int(rng.integers(2**31)))
        # This list lives beside the loader and asks it for all batches, so that none has to travel.
        batches = put(subject, [])
        extend = batches.extend

        def epoch():
            extend(loader)
            return len(batches)

        return epoch

    speed(candidate, reference, prepare, rng, limit=15.0)
