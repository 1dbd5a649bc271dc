"""Hidden tests of subarray_sums."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, speed

LISTS = st.lists(st.integers(-4, 4), max_size=9)
GREAT = 10**17


def runs(a):
    """All subarrays as (sum, start, end), by start and then by length."""
    return [(sum(a[i:j]), i, j) for i in range(len(a)) for j in range(i + 1, len(a) + 1)]


def check_greatest(candidate, a):
    """Check that max_subarray gives the greatest sum, and a subarray that has it."""
    got = candidate.max_subarray(a)
    total, start, end = got
    best = max(part[0] for part in runs(a))
    assert_that(total == best, f"has the sum {total}; expected {best}", got)
    assert_that(0 <= start < end <= len(a), "is no subarray of at least one item", got)
    assert_that(sum(a[start:end]) == best, f"has a range whose sum is {sum(a[start:end])}, not {best}", got)


def test_greatest_sum_by_hand(candidate):
    """max_subarray gives the greatest sum and the half-open range that has it."""
    assert_close(candidate.max_subarray([2, -3, 4, -1, 5, -9]), (8, 2, 5))
    assert_close(candidate.max_subarray([3, -1, 2]), (4, 0, 3))
    assert_close(candidate.max_subarray([-5, 1, 2]), (3, 1, 3))
    assert_close(candidate.max_subarray([-5, 7]), (7, 1, 2))
    assert_close(candidate.max_subarray([-2, 1, -3, 4, -1, 2, 1, -5, 4]), (6, 3, 7))


def test_greatest_sum_of_negative_numbers(candidate):
    """If all numbers are negative, the greatest of them is the answer, not the empty subarray."""
    assert_close(candidate.max_subarray([-7, -2, -5]), (-2, 1, 2))
    assert_close(candidate.max_subarray([-3]), (-3, 0, 1))
    assert_close(candidate.max_subarray([-3, -1, -8]), (-1, 1, 2))


@given(a=LISTS.filter(len))
def test_greatest_sum_among_all_subarrays(candidate, a):
    """On random lists max_subarray finds the sum that a search through all subarrays finds, and where it is."""
    check_greatest(candidate, a)


def test_count_by_hand(candidate):
    """count_sum_k counts overlapping subarrays, and those that start with the first number."""
    assert_close(candidate.count_sum_k([1, 2, 3, -3], 3), 3)
    assert_close(candidate.count_sum_k([5], 5), 1)
    assert_close(candidate.count_sum_k([5], 4), 0)
    assert_close(candidate.count_sum_k([1, -1, 1, -1], 0), 4)
    assert_close(candidate.count_sum_k([2, -5, 1], -4), 1)


def test_count_leaves_the_empty_subarray_out(candidate):
    """The empty subarray has the sum 0 and is not counted."""
    assert_close(candidate.count_sum_k([1, 2], 0), 0)
    assert_close(candidate.count_sum_k([0, 0, 0], 0), 6)


@given(a=LISTS.filter(len), k=st.integers(-5, 5))
def test_count_among_all_subarrays(candidate, a, k):
    """On random lists count_sum_k counts what a search through all subarrays counts."""
    assert_close(candidate.count_sum_k(a, k), sum(part[0] == k for part in runs(a)))


def test_rectangles_by_hand(candidate):
    """query takes rows first, and its rectangle is half open."""
    image = candidate.IntegralImage(np.arange(12).reshape(3, 4))
    assert_close(image.query(0, 0, 3, 4), 66)
    assert_close(image.query(1, 2, 2, 3), 6)
    assert_close(image.query(0, 1, 2, 3), 1 + 2 + 5 + 6)
    assert_close(image.query(1, 0, 3, 2), 4 + 5 + 8 + 9)
    assert_close(image.query(2, 3, 3, 4), 11)


@given(h=st.integers(1, 6), w=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
def test_rectangles_are_slices(candidate, h, w, seed):
    """On random images, query sums the slice."""
    rng = np.random.default_rng(seed)
    img = rng.integers(-100, 100, size=(h, w))
    image = candidate.IntegralImage(img)
    for _ in range(4):
        y0, x0 = int(rng.integers(0, h)), int(rng.integers(0, w))
        y1, x1 = int(rng.integers(y0 + 1, h + 1)), int(rng.integers(x0 + 1, w + 1))
        assert_close(image.query(y0, x0, y1, x1), int(img[y0:y1, x0:x1].sum()))


@pytest.mark.fine
def test_multiple_by_hand(candidate):
    """Subarrays at the start, in the middle and at the end are found, with sums that are negative or zero too."""
    assert_close(candidate.has_multiple_of_k([2, 4, 1], 6), True)
    assert_close(candidate.has_multiple_of_k([1, 2, 4], 6), True)
    assert_close(candidate.has_multiple_of_k([23, 2, 4, 7], 6), True)
    assert_close(candidate.has_multiple_of_k([-8, -4, 1], 6), True)
    assert_close(candidate.has_multiple_of_k([3, -3], 7), True)
    assert_close(candidate.has_multiple_of_k([1, 2], 7), False)


@pytest.mark.fine
def test_multiple_needs_two_items(candidate):
    """A single number that is a multiple of k is no answer, but it may be part of one."""
    assert_close(candidate.has_multiple_of_k([12, 1], 6), False)
    assert_close(candidate.has_multiple_of_k([1, 0, 2], 5), False)
    assert_close(candidate.has_multiple_of_k([6], 6), False)
    assert_close(candidate.has_multiple_of_k([12, 6], 6), True)
    assert_close(candidate.has_multiple_of_k([1, 0, 0], 7), True)


@pytest.mark.fine
def test_multiples_of_zero_and_of_negative_numbers(candidate):
    """The only multiple of 0 is 0, and the sign of k changes nothing."""
    assert_close(candidate.has_multiple_of_k([1, 2, -3, 5], 0), True)
    assert_close(candidate.has_multiple_of_k([5, 2, -2], 0), True)
    assert_close(candidate.has_multiple_of_k([0, 5], 0), False)
    assert_close(candidate.has_multiple_of_k([2, 4], 0), False)
    assert_close(candidate.has_multiple_of_k([2, 4], -6), True)
    assert_close(candidate.has_multiple_of_k([2, 3], -6), False)


@pytest.mark.fine
@given(a=LISTS, k=st.integers(-9, 9))
def test_multiple_among_all_subarrays(candidate, a, k):
    """On random lists has_multiple_of_k finds what a search through all subarrays finds."""
    found = [t for t, i, j in runs(a) if j - i >= 2 and (t % k == 0 if k else t == 0)]
    assert_close(candidate.has_multiple_of_k(a, k), bool(found))


@pytest.mark.fine
def test_shortest_by_hand(candidate):
    """min_length_at_least gives the length of the shortest subarray whose sum is s or more, and 0 if there is none."""
    assert_close(candidate.min_length_at_least([2, 3, 1, 2, 4, 3], 7), 2)
    assert_close(candidate.min_length_at_least([2, 3], 5), 2)
    assert_close(candidate.min_length_at_least([2, 3], 6), 0)
    assert_close(candidate.min_length_at_least([4], 4), 1)
    assert_close(candidate.min_length_at_least([1, 4], 3), 1)


@pytest.mark.fine
def test_shortest_among_negative_numbers(candidate):
    """Negative numbers inside and before a subarray are handled, where a plain sliding window goes wrong."""
    assert_close(candidate.min_length_at_least([84, -37, 32, 40, 95], 167), 3)
    assert_close(candidate.min_length_at_least([5, -9, 4, 3], 7), 2)
    assert_close(candidate.min_length_at_least([-1, 2, 3], 5), 2)
    assert_close(candidate.min_length_at_least([3, -1, 4], 6), 3)
    assert_close(candidate.min_length_at_least([6, -8, 3, 3, 1], 6), 1)


@pytest.mark.fine
def test_shortest_for_small_s(candidate):
    """For an s of zero or below the answer is 1 or 0: the shortest subarray still has an item."""
    assert_close(candidate.min_length_at_least([-1, 0, -2], 0), 1)
    assert_close(candidate.min_length_at_least([-1, -2], 0), 0)
    assert_close(candidate.min_length_at_least([-5, -2], -3), 1)
    assert_close(candidate.min_length_at_least([-5, -4], -3), 0)


@pytest.mark.fine
@given(a=LISTS, s=st.integers(-5, 10))
def test_shortest_among_all_subarrays(candidate, a, s):
    """On random lists min_length_at_least finds what a search through all subarrays finds."""
    assert_close(candidate.min_length_at_least(a, s), min((j - i for t, i, j in runs(a) if t >= s), default=0))


@pytest.mark.fine
def test_results_are_python_objects(candidate):
    """Results are Python ints, tuples of them and booleans, never NumPy scalars."""
    assert_equal(candidate.max_subarray([3, -1, 2]), (4, 0, 3))
    assert_equal(candidate.count_sum_k([1, 2, 3, -3], 3), 3)
    assert_equal(candidate.has_multiple_of_k([2, 4, 1], 6), True)
    assert_equal(candidate.has_multiple_of_k([1, 2], 7), False)
    assert_equal(candidate.min_length_at_least([2, 3, 1, 2, 4, 3], 7), 2)
    assert_equal(candidate.IntegralImage(np.arange(12).reshape(3, 4)).query(0, 1, 2, 3), 14)


@pytest.mark.fine
def test_empty_lists(candidate):
    """An empty list has no subarray: ValueError from max_subarray, and nothing found by the others."""
    with assert_raises(ValueError):
        candidate.max_subarray([])
    assert_close(candidate.count_sum_k([], 0), 0)
    assert_close(candidate.has_multiple_of_k([], 1), False)
    assert_close(candidate.min_length_at_least([], 1), 0)
    assert_close(candidate.min_length_at_least([], -3), 0)


@pytest.mark.fine
def test_large_sums_are_exact(candidate):
    """Sums beyond the exact integers of floats lose no digit."""
    assert_close(candidate.max_subarray([GREAT, 1, -2, -GREAT]), (GREAT + 1, 0, 2))
    assert_close(candidate.count_sum_k([GREAT, 1, GREAT], GREAT + 1), 2)
    assert_close(candidate.has_multiple_of_k([GREAT, 1], GREAT), False)
    assert_close(candidate.min_length_at_least([GREAT, 0, 1], GREAT + 1), 3)
    assert_close(candidate.IntegralImage(np.array([[GREAT, 1]])).query(0, 0, 1, 2), GREAT + 1)


@pytest.mark.fine
@given(a=LISTS.filter(len))
def test_ties_of_the_greatest_sum(candidate, a):
    """Of subarrays with the greatest sum the one that starts first is taken, and of those the shortest."""
    assert_close(candidate.max_subarray([4, -9, 4]), (4, 0, 1))
    assert_close(candidate.max_subarray([4, 0, 0, -9]), (4, 0, 1))
    assert_close(candidate.max_subarray([-1, 0, 0, 4, -1]), (4, 1, 4))
    assert_close(candidate.max_subarray([2, -2, 3]), (3, 0, 3))
    assert_close(candidate.max_subarray([0, 0]), (0, 0, 1))
    assert_close(candidate.max_subarray(a), max(runs(a), key=lambda part: (part[0], -part[1], -part[2])))


@pytest.mark.fine
def test_sums_outgrow_the_dtype_of_the_image(candidate):
    """Sums of narrow integers and of booleans do not wrap around."""
    assert_close(candidate.IntegralImage(np.full((3, 5), 255, dtype=np.uint8)).query(0, 0, 3, 5), 3825)
    assert_close(candidate.IntegralImage(np.full((20, 20), -128, dtype=np.int8)).query(0, 0, 20, 20), -51200)
    assert_close(candidate.IntegralImage(np.full((2, 3), 2**31 - 1, dtype=np.int32)).query(0, 0, 2, 3), 6 * (2**31 - 1))
    assert_close(candidate.IntegralImage(np.full((2, 3), True)).query(0, 1, 2, 3), 4)


@pytest.mark.fine
@given(h=st.integers(1, 6), w=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
def test_rectangles_of_strided_images(candidate, h, w, seed):
    """Transposed, reversed and strided views are images like any other."""
    rng = np.random.default_rng(seed)
    img = rng.integers(-100, 100, size=(2 * w, h)).astype(np.int8).T[::-1, ::2]
    image = candidate.IntegralImage(img)
    for _ in range(4):
        y0, y1 = rng.integers(0, h + 1, size=2).tolist()
        x0, x1 = rng.integers(0, w + 1, size=2).tolist()
        assert_close(image.query(y0, x0, y1, x1), int(img[y0:y1, x0:x1].sum(dtype=np.int64)))


@pytest.mark.fine
def test_empty_and_inverted_rectangles(candidate):
    """A rectangle without rows or columns sums to 0, and so does one with its corners the wrong way round."""
    image = candidate.IntegralImage(np.full((3, 4), 7))
    for corners in ((1, 1, 1, 3), (0, 2, 3, 2), (3, 4, 3, 4), (2, 0, 1, 4), (0, 3, 3, 1), (2, 3, 0, 1)):
        assert_close(image.query(*corners), 0)
    assert_close(candidate.IntegralImage(np.zeros((0, 4), dtype=np.int16)).query(0, 0, 0, 4), 0)
    assert_close(candidate.IntegralImage(np.zeros((2, 0), dtype=np.int16)).query(0, 0, 2, 0), 0)
    assert_close(candidate.IntegralImage(np.array([[9]])).query(0, 0, 1, 1), 9)


@pytest.mark.fine
def test_bad_images_and_coordinates(candidate):
    """An image without exactly two axes, and a coordinate outside the image, raise ValueError."""
    for img in (np.arange(4), np.zeros((2, 2, 3), dtype=np.uint8), np.array(3)):
        with assert_raises(ValueError):
            candidate.IntegralImage(img)
    image = candidate.IntegralImage(np.ones((3, 4), dtype=np.int64))
    inside = (1, 1, 2, 2)
    for place, side in enumerate((3, 4, 3, 4)):
        for value in (-1, side + 1):
            with assert_raises(ValueError):
                image.query(*inside[:place], value, *inside[place + 1 :])


@pytest.mark.scale
@pytest.mark.parametrize("name", ["max_subarray", "count_sum_k", "has_multiple_of_k", "min_length_at_least"])
def test_one_pass(candidate, reference, rng, name):
    """Twenty thousand numbers take a pass or a sort, not a loop over all pairs."""
    argument = {
        "max_subarray": (),
        "count_sum_k": (7,),
        "has_multiple_of_k": (10**15,),
        "min_length_at_least": (10**6,),
    }

    def prepare(subject, rng):
        low = 1 if name == "has_multiple_of_k" else -50
        a = rng.integers(low, 53, size=20_000).tolist()
        return lambda: getattr(subject, name)(a, *argument[name])

    def check(got, expected):
        # Of several subarrays with the greatest sum, any will do here.
        assert_close(*((got[0], expected[0]) if name == "max_subarray" else (got, expected)))

    speed(candidate, reference, prepare, rng, limit=60, check=check)


@pytest.mark.scale
@pytest.mark.call_s(6)
def test_large_rectangles(candidate, reference, rng):
    """A rectangle of a million pixels takes no longer than a small one: the pixels are not summed again."""

    img = rng.integers(0, 256, size=(1200, 1200), dtype=np.uint8)
    images = {subject: subject.IntegralImage(img) for subject in (candidate, reference)}

    def prepare(subject, rng):
        image = images[subject]
        image.query(0, 0, 1, 1)
        return lambda: [image.query(i, i, 1200 - i, 1190) for i in range(40)]

    speed(candidate, reference, prepare, rng, limit=40)
