"""Hidden tests of bert_mlm_masking."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_raises, assert_that, put, speed

CLS, SEP, PAD, MASK = 101, 102, 0, 103


def pack(candidate, a, b, max_len):
    """The three arrays of the candidate, once they are three."""
    got = candidate.pack_pair(a, b, CLS, SEP, PAD, max_len)
    assert_that(isinstance(got, (tuple, list)) and len(got) == 3, "is not ids, segments and attention mask")
    return got


def draw(seed, shape=(4, 9), p=0.15):
    """Arguments of mlm_mask; half of the tokens are selected by u_select, a quarter is special."""
    rng = np.random.default_rng(seed)
    u_select = np.where(rng.random(shape) < 0.5, p * rng.random(shape), p + (1 - p) * rng.random(shape))
    random_ids = rng.integers(2000, 3000, size=shape)
    return rng.integers(1000, 2000, size=shape), rng.random(shape) < 0.25, MASK, u_select, rng.random(shape), random_ids


def slow(ids, special, mask_id, u_select, u_action, random_ids, p=0.15):
    """Token by token."""
    inputs, labels = ids.copy(), np.full_like(ids, -100)
    for i in np.ndindex(ids.shape):
        if u_select[i] < p and not special[i]:
            labels[i] = ids[i]
            inputs[i] = mask_id if u_action[i] < 0.8 else random_ids[i] if u_action[i] < 0.9 else ids[i]
    return inputs, labels


def test_pair_by_hand(candidate):
    """A pair is [CLS] a [SEP] b [SEP] and padding, with segment 1 for b and its separator."""
    ids, segments, mask = pack(candidate, [5, 6, 7], [8, 9], 10)
    assert_close(ids, [CLS, 5, 6, 7, SEP, 8, 9, SEP, PAD, PAD])
    assert_close(segments, [0, 0, 0, 0, 0, 1, 1, 1, 0, 0])
    assert_close(mask, [1, 1, 1, 1, 1, 1, 1, 1, 0, 0])


def test_single_text_by_hand(candidate):
    """A single text has one separator and segment 0 only; too long a text loses its end."""
    for max_len, ids in ((6, [CLS, 5, 6, 7, SEP, PAD]), (5, [CLS, 5, 6, 7, SEP]), (4, [CLS, 5, 6, SEP])):
        got, segments, mask = pack(candidate, [5, 6, 7], None, max_len)
        assert_close(got, ids)
        assert_close(segments, [0] * max_len)
        assert_close(mask, [int(i != PAD) for i in ids])


@pytest.mark.parametrize(
    ("n_a", "n_b", "room", "kept"),
    [(5, 2, 6, (4, 2)), (2, 5, 6, (2, 4)), (5, 2, 4, (2, 2)), (4, 4, 7, (4, 3)), (4, 4, 6, (3, 3)), (6, 3, 3, (2, 1))],
)
def test_longer_text_is_cut(candidate, n_a, n_b, room, kept):
    """Tokens go one at a time from the end of the longer text, and from b if both are equally long."""
    a, b = list(range(10, 10 + n_a)), list(range(30, 30 + n_b))
    ids, segments, _ = pack(candidate, a, b, room + 3)
    assert_close(ids, [CLS, *a[: kept[0]], SEP, *b[: kept[1]], SEP])
    assert_close(segments, [0] * (kept[0] + 2) + [1] * (kept[1] + 1))


def test_padding_id_is_not_the_mask(candidate):
    """The attention mask follows the length, also where a token of the text equals the padding id."""
    _, segments, mask = pack(candidate, [PAD, 5], [PAD], 8)
    assert_close(mask, [1, 1, 1, 1, 1, 1, 0, 0])
    assert_close(segments, [0, 0, 0, 0, 1, 1, 0, 0])


def test_actions_by_hand(candidate):
    """Of selected tokens the mask comes below 0.8, a random id from 0.8, and the original from 0.9."""
    u_action = np.array([[0.0, 0.79, 0.8, 0.89, 0.9, 0.99]])
    ids, ones = np.array([[11, 12, 13, 14, 15, 16]]), np.zeros((1, 6))
    inputs, labels = candidate.mlm_mask(ids, ones > 0, MASK, ones, u_action, np.array([[1, 2, 3, 4, 5, 6]]))
    assert_close(inputs, [[MASK, MASK, 3, 4, 15, 16]])
    assert_close(labels, ids)


def test_selection_by_hand(candidate):
    """Only u_select below p selects; other tokens stay and have the label -100."""
    u_select = np.array([[0.1, 0.14999, 0.15, 0.2, 0.9]])
    ids, low = np.array([[11, 12, 13, 14, 15]]), np.zeros((1, 5))
    inputs, labels = candidate.mlm_mask(ids, low > 0, MASK, u_select, low, ids + 100)
    assert_close(inputs, [[MASK, MASK, 13, 14, 15]])
    assert_close(labels, [[11, 12, -100, -100, -100]])


def test_special_tokens_are_never_selected(candidate):
    """[CLS], [SEP] and padding stay as they are and have no label."""
    ids, special = np.array([[CLS, 7, SEP, PAD]]), np.array([[True, False, True, True]])
    low = np.zeros((1, 4))
    inputs, labels = candidate.mlm_mask(ids, special, MASK, low, low, ids + 100)
    assert_close(inputs, [[CLS, MASK, SEP, PAD]])
    assert_close(labels, [[-100, 7, -100, -100]])


@pytest.mark.parametrize("p", [0.0, 0.4, 1.0])
def test_other_shares(candidate, p):
    """p is the threshold of the selection: nothing for 0, everything for 1."""
    arguments = draw(3, p=0.4)
    assert_close(candidate.mlm_mask(*arguments, p=p), slow(*arguments, p))


@given(seed=st.integers(0, 2**32 - 1), b=st.integers(1, 4), t=st.integers(1, 8))
def test_random_batches(candidate, seed, b, t):
    """On random batches inputs and labels are those of a loop over the tokens."""
    arguments = draw(seed, (b, t))
    assert_close(candidate.mlm_mask(*arguments), slow(*arguments))


@given(n_a=st.integers(1, 8), n_b=st.integers(1, 8), room=st.integers(2, 16))
def test_packed_lengths(candidate, n_a, n_b, room):
    """For any lengths the tokens, the separators and the padding fill the sequence."""
    ids, segments, mask = pack(candidate, [5] * n_a, [6] * n_b, room + 3)
    keep_a, keep_b = n_a, n_b
    while keep_a + keep_b > room:
        keep_a, keep_b = (keep_a - 1, keep_b) if keep_a > keep_b else (keep_a, keep_b - 1)
    left = room - keep_a - keep_b
    assert_close(ids, [CLS] + [5] * keep_a + [SEP] + [6] * keep_b + [SEP] + [PAD] * left)
    assert_close(segments, [0] * (keep_a + 2) + [1] * (keep_b + 1) + [0] * left)
    assert_close(mask, [1] * (room + 3 - left) + [0] * left)


@pytest.mark.fine
def test_empty_texts(candidate):
    """Empty texts keep their separators; an absent second text has none."""
    for a, b, ids, segments in (
        ([], [], [CLS, SEP, SEP, PAD], [0, 0, 1, 0]),
        ([], None, [CLS, SEP, PAD, PAD], [0, 0, 0, 0]),
        ([5], [], [CLS, 5, SEP, SEP], [0, 0, 0, 1]),
        ([], [6, 7], [CLS, SEP, 6, SEP], [0, 0, 1, 1]),
    ):
        got = pack(candidate, a, b, 4)
        assert_close(got[0], ids)
        assert_close(got[1], segments)


@pytest.mark.fine
def test_smallest_lengths(candidate):
    """The special tokens must fit: 2 without a second text, 3 with one, or ValueError."""
    assert_close(pack(candidate, [5, 6], None, 2)[0], [CLS, SEP])
    assert_close(pack(candidate, [5, 6], [7], 3)[0], [CLS, SEP, SEP])
    for b, max_len in ((None, 1), (None, 0), ([7], 2), ([], 2)):
        with assert_raises(ValueError):
            candidate.pack_pair([5], b, CLS, SEP, PAD, max_len)


@pytest.mark.fine
def test_dtypes(candidate):
    """Packed arrays are int64; masking keeps the dtype of the ids."""
    for array in candidate.pack_pair([5], [6], CLS, SEP, np.int32(PAD), 8):
        assert_dtype(array, np.int64)
    ids, *rest, random_ids = draw(1)
    for dtype in (np.int16, np.int32, np.int64):
        for array in candidate.mlm_mask(ids.astype(dtype), *rest, random_ids):
            assert_dtype(array, dtype)


@pytest.mark.fine
def test_inputs_stay(candidate):
    """Neither lists nor arrays are modified, and the other arrays do not show up in the result."""
    a, b = [5, 6, 7], [8, 9, 10]
    pack(candidate, a, b, 6)
    arguments = draw(2)
    assert_close(candidate.mlm_mask(*arguments), slow(*arguments))


@pytest.mark.fine
@pytest.mark.parametrize("place", [1, 3, 4, 5])
def test_shapes_must_agree(candidate, place):
    """An array of another shape raises ValueError, also where it could be broadcast."""
    arguments = list(draw(4))
    arguments[place] = arguments[place][:, :1]
    with assert_raises(ValueError):
        candidate.mlm_mask(*arguments)


@pytest.mark.scale
def test_large_batches_are_quick(candidate, reference, rng):
    """A large batch is masked without a loop over its tokens."""

    def prepare(subject, rng):
        arguments = [put(subject, a) for a in draw(int(rng.integers(1000)), (64, 256))]
        return lambda: subject.mlm_mask(*arguments)

    speed(candidate, reference, prepare, rng, limit=10)
