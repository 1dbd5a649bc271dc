"""Hidden tests of two_tower_retrieval."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import (
    assert_close,
    assert_dtype,
    assert_equal,
    assert_gradients,
    assert_raises,
    assert_shape,
    assert_type,
    gradients,
    memory,
    speed,
)

SEEDS = st.integers(0, 2**32 - 1)


def draw_batch(seed, size, d=3, n_ids=4):
    """Random batch in float64: user, item, ids and log q."""
    rng = np.random.default_rng(seed)
    user, item = (torch.from_numpy(rng.normal(size=(size, d))) for _ in range(2))
    return (
        user,
        item,
        torch.from_numpy(rng.integers(0, n_ids, size=size)),
        torch.from_numpy(np.log(rng.uniform(0.01, 1.0, size=size))),
    )


def slow_loss(user, item, item_ids, log_q, temperature):
    """The definition, pair by pair."""
    user, item, ids, log_q = user.tolist(), item.tolist(), item_ids.tolist(), log_q.tolist()
    losses = []
    for i, u in enumerate(user):
        logits = [
            sum(a * b for a, b in zip(u, v, strict=True)) / math.hypot(*u) / math.hypot(*v) / temperature for v in item
        ]
        logits = [s - q for s, q in zip(logits, log_q, strict=True)]
        seen = [s for j, s in enumerate(logits) if j == i or ids[j] != ids[i]]
        top = max(seen)
        losses.append(top + math.log(sum(math.exp(s - top) for s in seen)) - logits[i])
    return sum(losses) / len(losses)


def slow_retrieve(users, items, k, exclude):
    """Sort all items of each user."""
    found = []
    for u, banned in zip(users.tolist(), exclude, strict=True):
        scores = [sum(a * b for a, b in zip(u, v, strict=True)) for v in items.tolist()]
        rows = sorted((i for i in range(len(scores)) if i not in banned), key=lambda i: (-scores[i], i))
        found.append((rows + [-1] * k)[:k])
    return torch.tensor(found, dtype=torch.int64).reshape(len(found), k)


def normal(rng, *shape):
    """Floats in float64, so that no two scores are equal."""
    return torch.from_numpy(rng.normal(size=shape))


def small_integers(rng, *shape):
    """Floats that are small integers, so that scores tie often and are exact."""
    return torch.from_numpy(rng.integers(-2, 3, size=shape).astype(np.float32))


def test_loss_by_hand(candidate):
    """Two users and two items: cosines 1 and 0.6, divided by the temperature."""
    user, item = torch.tensor([[3.0, 4.0], [0.0, 2.0]]), torch.tensor([[6.0, 8.0], [5.0, 0.0]])
    # The cosines are 1 and 0.6 in the first row, 0.8 and 0 in the second.
    got = candidate.in_batch_softmax(user, item, torch.tensor([1, 2]), torch.zeros(2), 0.5)
    expected = (math.log(1 + math.exp((0.6 - 1.0) / 0.5)) + math.log(1 + math.exp(0.8 / 0.5))) / 2
    assert_close(got, torch.tensor(expected))
    got = candidate.in_batch_softmax(user, item, torch.tensor([1, 2]), torch.zeros(2))
    expected = (math.log(1 + math.exp((0.6 - 1.0) / 0.05)) + math.log(1 + math.exp(0.8 / 0.05))) / 2
    assert_close(got, torch.tensor(expected))


def test_log_q_belongs_to_the_column(candidate):
    """The logarithm of q is subtracted, in the column of its item, from the positive too."""
    user, item = torch.eye(2, dtype=torch.float64), torch.tensor([[1.0, 0.0], [0.6, 0.8]], dtype=torch.float64)
    log_q = torch.log(torch.tensor([0.5, 0.125], dtype=torch.float64))
    got = candidate.in_batch_softmax(user, item, torch.tensor([1, 2]), log_q, 1.0)
    first = math.log(2 * math.exp(1.0) + 8 * math.exp(0.6)) - math.log(2 * math.exp(1.0))
    second = math.log(2 + 8 * math.exp(0.8)) - math.log(8 * math.exp(0.8))
    assert_close(got, torch.tensor((first + second) / 2, dtype=torch.float64))


def test_accidental_hits_are_left_out(candidate):
    """A column with the same item as the row is no negative; the row's own column always stays."""
    user, item, _, log_q = draw_batch(1, 4)
    for ids in ([5, 5, 6, 7], [5, 6, 5, 5], [0, 1, 1, 0], [3, 3, 3, 8]):
        got = candidate.in_batch_softmax(user, item, torch.tensor(ids), log_q, 0.5)
        assert_close(got, torch.tensor(slow_loss(user, item, torch.tensor(ids), log_q, 0.5), dtype=torch.float64))


@given(seed=SEEDS, size=st.integers(2, 6), temperature=st.sampled_from([0.05, 0.3, 2.0]))
def test_loss_follows_the_definition(candidate, seed, size, temperature):
    """On random batches the loss is that of a sum over the pairs."""
    batch = draw_batch(seed, size)
    got = candidate.in_batch_softmax(*batch, temperature)
    assert_close(got, torch.tensor(slow_loss(*batch, temperature), dtype=torch.float64))


def test_only_directions_count(candidate):
    """Longer or shorter embeddings, and a constant added to log q, do not change the loss."""
    user, item, ids, log_q = draw_batch(3, 5)
    expected = slow_loss(user, item, ids, log_q, 0.05)
    for scale in (1e-2, 1.0, 1e2):
        got = candidate.in_batch_softmax(user * scale, item / scale, ids, log_q - scale, temperature=0.05)
        assert_close(got, torch.tensor(expected, dtype=torch.float64), rtol=1e-6, atol=1e-9)


def test_gradients(candidate):
    """Gradients reach users and items, through the norms too, and are right beside accidental hits."""
    user, item, _, log_q = draw_batch(4, 4)
    ids = torch.tensor([1, 2, 1, 3])
    assert_gradients(candidate.in_batch_softmax, user, item, ids, log_q, wrt=(0, 1), temperature=0.5)


def test_retrieve_by_hand(candidate):
    """The greatest dot products come first, and long items win."""
    items = torch.tensor([[1.0, 0.0], [0.0, 2.0], [4.0, 3.0], [-5.0, 0.5]])
    users = torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    assert_close(candidate.retrieve(users, items, 3), torch.tensor([[2, 0, 1], [2, 1, 3], [3, 1, 0]]))
    assert_close(candidate.retrieve(users, items, 1), torch.tensor([[2], [2], [3]]))


def test_excluded_items_are_left_out(candidate):
    """Excluded items are left out for their user only, negative scores notwithstanding."""
    items = torch.tensor([[1.0], [2.0], [3.0], [4.0]])
    users = torch.tensor([[1.0], [1.0], [-1.0], [1.0]])
    got = candidate.retrieve(users, items, 2, [[2], [], [0], [3, 0]])
    assert_close(got, torch.tensor([[3, 1], [3, 2], [1, 2], [2, 1]]))
    got = candidate.retrieve(users, items, 1, exclude=[[3], [2, 3], [0, 1], []])
    assert_close(got, torch.tensor([[2], [1], [2], [3]]))


@given(seed=SEEDS, n_users=st.integers(1, 4), n_items=st.integers(4, 8), k=st.integers(1, 2), d=st.integers(1, 3))
def test_retrieve_finds_the_best(candidate, seed, n_users, n_items, k, d):
    """On random embeddings the result is that of sorting all items of each user."""
    rng = np.random.default_rng(seed)
    users, items = normal(rng, n_users, d), normal(rng, n_items, d)
    assert_close(candidate.retrieve(users, items, k), slow_retrieve(users, items, k, [[]] * n_users))
    exclude = [rng.choice(n_items, size=rng.integers(0, 3), replace=False).tolist() for _ in range(n_users)]
    assert_close(candidate.retrieve(users, items, k, exclude), slow_retrieve(users, items, k, exclude))


def test_many_users(candidate, rng):
    """Thousands of users get their own items, whatever the chunks are."""
    items = torch.arange(100.0)[:, None]
    users = torch.from_numpy(rng.choice([-1.0, 1.0], size=(4000, 1)).astype(np.float32))
    banned = rng.integers(0, 3, size=4000)
    rows = torch.from_numpy(banned)[:, None]
    low = (torch.arange(2) + (rows <= torch.arange(2)).long()).expand(4000, 2)
    high = torch.tensor([99, 98]).expand(4000, 2)
    got = candidate.retrieve(users, items, 2, [[int(i)] for i in banned])
    assert_close(got, torch.where(users > 0, high, low))


@pytest.mark.fine
def test_types(candidate):
    """The loss has no axes and the dtype of the embeddings, rows found are int64, the recall is a Python float."""
    user, item, ids, log_q = draw_batch(7, 3)
    for dtype in (torch.float32, torch.float64):
        got = candidate.in_batch_softmax(user.to(dtype), item.to(dtype), ids, log_q.to(dtype), 0.5)
        assert_shape(got, ())
        assert_dtype(got, dtype)
        assert_dtype(candidate.retrieve(user.to(dtype), item.to(dtype), 2), torch.int64)
    assert_type(candidate.recall_at_k(torch.tensor([[4, 2]]), [{2, 7}]), float)
    assert_type(candidate.recall_at_k(torch.tensor([[4, 2]]), [{2}]), float)


@pytest.mark.fine
def test_nothing_to_tell_apart(candidate):
    """A batch of one, and a batch of one item only, have loss 0 and no gradient."""
    user, item, _, log_q = draw_batch(2, 3)
    zero = torch.zeros((), dtype=torch.float64)
    assert_close(candidate.in_batch_softmax(user[:1], item[:1], torch.tensor([7]), log_q[:1]), zero)
    assert_close(candidate.in_batch_softmax(user, item, torch.tensor([7, 7, 7]), log_q), zero)
    (got,) = gradients(candidate.in_batch_softmax, user[:1], item[:1], torch.tensor([7]), log_q[:1])
    assert_close(got, torch.zeros(1, 3, dtype=torch.float64))


@pytest.mark.fine
def test_great_logits_stay_finite(candidate):
    """A temperature of 1e-4 makes logits of 10000, and neither loss nor gradient overflows."""
    user = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    item, ids, log_q = torch.tensor([[0.0, 1.0], [1.0, 0.0]]), torch.tensor([1, 2]), torch.zeros(2)
    got = candidate.in_batch_softmax(user, item, ids, log_q, 1e-4)
    assert_dtype(got, torch.float32)
    assert_close(got, torch.tensor(1e4))
    assert_close(candidate.in_batch_softmax(user, user, ids, log_q, 1e-4), torch.tensor(0.0))
    # All logits are -20000, and the other column is an accidental hit.
    same = user[[0, 0]]
    assert_close(candidate.in_batch_softmax(same, -same, ids[[0, 0]], log_q, 5e-5), torch.tensor(0.0))


@pytest.mark.fine
@pytest.mark.parametrize("temperature", [0.0, -0.1])
def test_temperature_must_be_positive(candidate, temperature):
    """A temperature of zero or less raises ValueError."""
    user, item, ids, log_q = draw_batch(5, 3)
    with assert_raises(ValueError):
        candidate.in_batch_softmax(user, item, ids, log_q, temperature)


@pytest.mark.fine
def test_ties_go_to_the_lowest_row(candidate):
    """Equal scores are returned in ascending order of the rows, also where only some of them find a place."""
    items = torch.ones(60, 1)
    items[[7, 30]] = 2.0
    got = candidate.retrieve(torch.tensor([[1.0], [0.0], [-1.0]]), items, 5)
    assert_equal(got, torch.tensor([[7, 30, 0, 1, 2], [0, 1, 2, 3, 4], [0, 1, 2, 3, 4]]))
    got = candidate.retrieve(torch.tensor([[1.0]]), items, 4, exclude=[[30, 0, 2]])
    assert_equal(got, torch.tensor([[7, 1, 3, 4]]))
    # Scores that hardly differ are no ties.
    items = torch.ones(1000, 1)
    items[999] = 1.00005
    assert_equal(candidate.retrieve(torch.tensor([[1.0]]), items, 2), torch.tensor([[999, 0]]))


@pytest.mark.fine
def test_excluded_items_never_appear(candidate):
    """Excluded items are left out for their user only; what is missing at the end is -1."""
    items = torch.tensor([[1.0], [2.0], [3.0]])
    users = torch.tensor([[1.0], [1.0], [-1.0], [1.0]])
    got = candidate.retrieve(users, items, 2, [[2], [], [0, 0], [2, 0, 1]])
    assert_equal(got, torch.tensor([[1, 0], [2, 1], [1, 2], [-1, -1]]))
    got = candidate.retrieve(users, items, 3, exclude=[[1, 1], [], [1, 2], [0]])
    assert_equal(got, torch.tensor([[2, 0, -1], [2, 1, 0], [0, -1, -1], [2, 1, -1]]))


@pytest.mark.fine
def test_more_places_than_items(candidate):
    """Where k is greater than the number of items, the row is filled with -1; no users give an empty result."""
    items = torch.tensor([[1.0], [2.0]])
    assert_equal(candidate.retrieve(torch.tensor([[1.0]]), items, 4), torch.tensor([[1, 0, -1, -1]]))
    assert_equal(candidate.retrieve(torch.tensor([[1.0]]), items, 4, [[1]]), torch.tensor([[0, -1, -1, -1]]))
    got = candidate.retrieve(torch.zeros(0, 1), items, 3)
    assert_dtype(got, torch.int64)
    assert_shape(got, (0, 3))


@pytest.mark.fine
@given(seed=SEEDS, n_users=st.integers(1, 4), n_items=st.integers(1, 8), k=st.integers(1, 9))
def test_retrieve_sorts_all_items(candidate, seed, n_users, n_items, k):
    """On random embeddings with many ties the result is that of sorting all items of each user."""
    rng = np.random.default_rng(seed)
    users, items = small_integers(rng, n_users, 2), small_integers(rng, n_items, 2)
    exclude = [rng.integers(0, n_items, size=rng.integers(0, 4)).tolist() for _ in range(n_users)]
    assert_equal(candidate.retrieve(users, items, k, exclude), slow_retrieve(users, items, k, exclude))
    assert_equal(candidate.retrieve(users.double(), items.double(), k), slow_retrieve(users, items, k, [[]] * n_users))


@pytest.mark.fine
def test_views_and_arguments(candidate):
    """Transposed and strided embeddings work, and negative scores need no special care."""
    rng = np.random.default_rng(6)
    users, items = small_integers(rng, 3, 8).T[::2], small_integers(rng, 3, 9).T
    assert_equal(candidate.retrieve(users, items, 4), slow_retrieve(users, items, 4, [[]] * 4))
    below = -torch.ones(3, 1) - torch.arange(3.0)[:, None]
    assert_equal(candidate.retrieve(torch.ones(1, 1), below, 2, [[0]]), torch.tensor([[1, 2]]))


@pytest.mark.fine
def test_retrieve_refuses(candidate):
    """A k below 1 and a wrong number of lists raise ValueError."""
    users, items = torch.ones(2, 1), torch.ones(3, 1)
    for k in (0, -1):
        with assert_raises(ValueError):
            candidate.retrieve(users, items, k)
    for exclude in ([], [[0]], [[0], [1], [2]]):
        with assert_raises(ValueError):
            candidate.retrieve(users, items, 1, exclude)


@pytest.mark.fine
def test_recall_by_hand(candidate):
    """Each user's share of relevant items that were found counts equally, however many there are."""
    retrieved = torch.tensor([[4, 2, 0], [1, -1, -1], [3, 5, 6]])
    got = candidate.recall_at_k(retrieved, [{2, 7}, {1}, {0, 1, 2, 6}])
    assert_close(got, (0.5 + 1.0 + 0.25) / 3)
    assert_close(candidate.recall_at_k(retrieved, [{0, 2, 4}, {9}, {8}]), 1 / 3)


@pytest.mark.fine
def test_recall_of_many_relevant_items(candidate):
    """The share is of all relevant items, also where they are more than k."""
    assert_close(candidate.recall_at_k(torch.tensor([[0, 1]]), [{0, 1, 2, 3, 4}]), 0.4)


@pytest.mark.fine
def test_users_without_relevant_items(candidate):
    """Users without relevant items are skipped; if there is nobody else, ValueError is raised."""
    retrieved = torch.tensor([[0], [1], [-1]])
    assert_close(candidate.recall_at_k(retrieved, [{0}, set(), {2}]), 0.5)
    for truth, rows in (([set(), set(), set()], 3), ([], 0)):
        with assert_raises(ValueError):
            candidate.recall_at_k(retrieved[:rows], truth)


@pytest.mark.fine
def test_recall_of_other_lengths(candidate):
    """Another number of sets than of rows raises ValueError."""
    for truth in ([{0}], [{0}, {1}, {2}], []):
        with assert_raises(ValueError):
            candidate.recall_at_k(torch.tensor([[0], [1]]), truth)


@pytest.mark.scale
def test_speed_of_retrieve(candidate, reference, rng):
    """Four thousand users are served by operations on whole tensors, not one by one."""

    def prepare(subject, rng):
        users, items = (torch.from_numpy(rng.normal(size=(n, 4)).astype(np.float32)) for n in (4000, 50))
        return lambda: subject.retrieve(users, items, 3)

    speed(candidate, reference, prepare, rng, limit=15)


@pytest.mark.scale
@pytest.mark.call_s(10)
def test_memory_of_retrieve(candidate, reference, rng):
    """The scores of 3500 users and 4000 items in float64 are never held all at once."""

    def prepare(subject, rng):
        users, items = (torch.from_numpy(rng.normal(size=(n, 2))) for n in (3500, 4000))
        return lambda: subject.retrieve(users, items, 2)

    memory(candidate, reference, prepare, rng, limit=6)
