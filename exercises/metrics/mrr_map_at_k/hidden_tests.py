"""Hidden tests of mrr_map_at_k."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, assert_type, fetch, put, speed

AT_K = ("precision_at_k", "recall_at_k", "hit_rate_at_k", "average_precision_at_k")
# Hits at ranks 1, 3 and 4; "x" and "y" are never found.
RANKED, RELEVANT = ["a", "b", "c", "d", "e"], {"a", "c", "d", "x", "y"}


def slow_metrics(ranked, relevant, k):
    """Apply the definitions, counting the hits anew at every rank."""
    hit = [item in relevant and item not in ranked[:i] for i, item in enumerate(ranked)]
    hit += [False] * k  # as many misses as there may be places missing

    def found(places):
        return len([h for h in hit[:places] if h])

    total = sum(found(i) / i for i in range(1, k + 1) if hit[i - 1])
    return {
        "precision_at_k": found(k) / k,
        "recall_at_k": found(k) / len(relevant) if relevant else 0.0,
        "hit_rate_at_k": 1.0 if found(k) else 0.0,
        "average_precision_at_k": total / min(len(relevant), k) if relevant else 0.0,
    }


def test_precision_by_hand(candidate):
    """Precision is the number of hits among the first k, divided by k."""
    for k, expected in ((1, 1.0), (2, 0.5), (3, 2 / 3), (4, 0.75), (5, 0.6)):
        assert_close(candidate.precision_at_k(RANKED, RELEVANT, k), expected)


def test_precision_of_a_short_list(candidate):
    """Precision divides by k even if the list is shorter."""
    assert_close(candidate.precision_at_k(RANKED, RELEVANT, 6), 3 / 6)
    assert_close(candidate.precision_at_k(["a"], {"a"}, 4), 0.25)


def test_recall_by_hand(candidate):
    """Recall is the number of hits among the first k, divided by the number of relevant items."""
    for k, expected in ((1, 0.2), (2, 0.2), (3, 0.4), (4, 0.6), (5, 0.6), (100, 0.6)):
        assert_close(candidate.recall_at_k(RANKED, RELEVANT, k), expected)
    assert_close(candidate.recall_at_k(["b", "a"], {"a", "b"}, 2), 1.0)


def test_reciprocal_rank_by_hand(candidate):
    """The first hit counts, with ranks from 1, and a list without a hit has 0."""
    for ranked, expected in (
        (["a", "b"], 1.0),
        (["b", "a"], 0.5),
        (["b", "e", "f", "d", "a"], 0.25),
        (["b", "e"], 0.0),
    ):
        assert_close(candidate.reciprocal_rank(ranked, RELEVANT), expected)


def test_reciprocal_rank_of_a_long_list(candidate):
    """The reciprocal rank looks at the whole list, however far down the first hit is."""
    ranked = [f"p{i}" for i in range(1, 301)]
    for rank in (11, 101, 300):
        assert_close(candidate.reciprocal_rank(ranked, {f"p{rank}", "x"}), 1 / rank)


def test_average_precision_by_hand(candidate):
    """The precisions at the ranks of the hits are added, and divided by the most hits that were possible."""
    sums = {1: 1.0, 2: 1.0, 3: 1 + 2 / 3, 4: 1 + 2 / 3 + 3 / 4, 5: 1 + 2 / 3 + 3 / 4, 8: 1 + 2 / 3 + 3 / 4}
    for k, total in sums.items():
        assert_close(candidate.average_precision_at_k(RANKED, RELEVANT, k), total / min(k, 5))
    assert_close(candidate.average_precision_at_k(["b", "a"], {"a"}, 2), 0.5)


def test_missed_items_lower_average_precision(candidate):
    """Average precision divides by min(number of relevant items, k), not by the number of hits, k or the length of the list."""
    assert_close(candidate.average_precision_at_k(["a", "b", "e"], {"a", "x"}, 3), 0.5)
    assert_close(candidate.average_precision_at_k(["a", "c", "b"], {"a", "c"}, 3), 1.0)
    # The list is short, and that is no excuse.
    assert_close(candidate.average_precision_at_k(["a"], {"a", "x"}, 2), 0.5)
    assert_close(candidate.average_precision_at_k(["b", "a"], {"a", "x", "y"}, 5), 0.5 / 3)
    assert_close(candidate.average_precision_at_k(["a", "c", "d"], RELEVANT, 2), 1.0)
    assert_close(candidate.average_precision_at_k(["b", "e"], {"a", "x"}, 2), 0.0)


def test_nothing_relevant(candidate):
    """Without relevant items every metric is 0."""
    for name in ("precision_at_k", "recall_at_k", "average_precision_at_k"):
        assert_close(getattr(candidate, name)(["a", "b"], set(), 2), 0.0)
    assert_close(candidate.reciprocal_rank(["a", "b"], set()), 0.0)


def test_mean_by_hand(candidate):
    """The means of reciprocal rank and of average precision are MRR and MAP; k is handed on."""
    ranked = [["a", "b", "c"], ["a", "b", "c"], ["c", "a", "b"]]
    relevant = [{"b"}, {"a", "c"}, {"b", "x", "y"}]
    assert_close(candidate.mean_over_queries(candidate.reciprocal_rank, ranked, relevant), (1 / 2 + 1 + 1 / 3) / 3)
    got = candidate.mean_over_queries(candidate.average_precision_at_k, ranked, relevant, k=3)
    assert_close(got, (1 / 2 + (1 + 2 / 3) / 2 + (1 / 3) / 3) / 3)
    assert_close(candidate.mean_over_queries(candidate.precision_at_k, ranked, relevant, k=2), (1 / 2 + 1 / 2 + 0) / 3)


def test_mean_counts_every_query(candidate):
    """A query without relevant items counts as 0."""
    ranked, relevant = [["a", "b"], ["a", "b"], ["a", "b"], ["a", "b"]], [{"b", "c"}, set(), {"a"}, {"c"}]
    assert_close(candidate.mean_over_queries(candidate.reciprocal_rank, ranked, relevant), (0.5 + 0 + 1 + 0) / 4)
    got = candidate.mean_over_queries(candidate.average_precision_at_k, ranked, relevant, k=2)
    assert_close(got, (0.25 + 0 + 1 + 0) / 4)
    assert_close(candidate.mean_over_queries(candidate.recall_at_k, ranked, relevant, k=2), 0.375)


def test_mean_counts_empty_rankings(candidate):
    """A query for which nothing was returned counts in the mean like every other."""
    ranked, relevant = [["a", "b"], [], ["b", "c", "a"]], [{"b"}, {"a"}, {"a"}]
    assert_close(candidate.mean_over_queries(lambda items, wanted: float(len(items)), ranked, relevant), 5 / 3)
    assert_close(candidate.mean_over_queries(candidate.reciprocal_rank, ranked, relevant), (1 / 2 + 0 + 1 / 3) / 3)


@given(
    ranked=st.lists(st.integers(0, 12), min_size=1, max_size=9, unique=True),
    relevant=st.sets(st.integers(0, 12), min_size=1, max_size=6),
    k=st.integers(1, 11),
)
def test_agrees_with_the_definitions(candidate, ranked, relevant, k):
    """Random lists without repeated items give what the definitions say."""
    expected = slow_metrics(ranked, relevant, k)
    for name in ("precision_at_k", "recall_at_k", "average_precision_at_k"):
        assert_close(getattr(candidate, name)(ranked, relevant, k), expected[name])
    first = next((i for i, item in enumerate(ranked, start=1) if item in relevant), 0)
    assert_close(candidate.reciprocal_rank(ranked, relevant), 1 / first if first else 0.0)


@pytest.mark.fine
def test_hit_rate_by_hand(candidate):
    """The hit rate of one list is 1.0 from the rank of the first hit on, and 0.0 before."""
    for k, expected in ((1, 0.0), (2, 0.0), (3, 1.0), (4, 1.0), (9, 1.0)):
        assert_close(candidate.hit_rate_at_k(["p", "q", "a", "c"], RELEVANT, k), expected)
    assert_close(candidate.hit_rate_at_k(["p", "q"], RELEVANT, 5), 0.0)


@pytest.mark.fine
@given(
    ranked=st.lists(st.integers(0, 12), min_size=1, max_size=9, unique=True),
    relevant=st.sets(st.integers(0, 12), min_size=1, max_size=6),
    k=st.integers(1, 11),
)
def test_hit_rate_agrees_with_the_definition(candidate, ranked, relevant, k):
    """The hit rate of random lists is 1.0 where a relevant item is among the first k."""
    assert_close(candidate.hit_rate_at_k(ranked, relevant, k), float(bool(relevant & set(ranked[:k]))))


@pytest.mark.fine
def test_one_place(candidate):
    """At k = 1 precision, hit rate and average precision are the same."""
    for name in ("precision_at_k", "hit_rate_at_k", "average_precision_at_k"):
        assert_close(getattr(candidate, name)(["a"], {"a", "c"}, 1), 1.0)
        assert_close(getattr(candidate, name)(["b", "a"], {"a", "c"}, 1), 0.0)
    assert_close(candidate.recall_at_k(["a"], {"a", "c"}, 1), 0.5)


@pytest.mark.fine
def test_repeated_items_count_once(candidate):
    """Later copies of an item are misses, and they still take up their ranks."""
    ranked, relevant = ["b", "a", "a", "b", "c", "a"], {"a", "c"}
    assert_close(candidate.precision_at_k(ranked, relevant, 3), 1 / 3)
    assert_close(candidate.precision_at_k(ranked, relevant, 6), 2 / 6)
    assert_close(candidate.recall_at_k(ranked, relevant, 4), 0.5)
    assert_close(candidate.recall_at_k(ranked, relevant, 6), 1.0)
    assert_close(candidate.average_precision_at_k(ranked, relevant, 6), (1 / 2 + 2 / 5) / 2)
    assert_close(candidate.average_precision_at_k(["a", "a"], {"a"}, 2), 1.0)
    assert_close(candidate.reciprocal_rank(["b", "b", "b", "a", "a"], {"a"}), 0.25)


@pytest.mark.fine
@given(
    ranked=st.lists(st.integers(0, 9), max_size=9),
    relevant=st.sets(st.integers(0, 12), max_size=6),
    k=st.integers(1, 11),
)
def test_repeated_items_agree_with_the_definitions(candidate, ranked, relevant, k):
    """Lists with repeated items, and empty ones, give what the definitions say."""
    for name, expected in slow_metrics(ranked, relevant, k).items():
        assert_close(getattr(candidate, name)(ranked, relevant, k), expected)
    first = next((i for i, item in enumerate(ranked, start=1) if item in relevant), 0)
    assert_close(candidate.reciprocal_rank(ranked, relevant), 1 / first if first else 0.0)


@pytest.mark.fine
def test_nothing_returned(candidate):
    """An empty list has 0.0 in every metric, whether or not something is relevant."""
    for relevant in ({"a"}, set()):
        for name in AT_K:
            assert_close(getattr(candidate, name)([], relevant, 3), 0.0)
        assert_close(candidate.reciprocal_rank([], relevant), 0.0)


@pytest.mark.fine
def test_k_far_beyond_the_list(candidate):
    """A k of a trillion needs no memory."""
    assert_close(candidate.precision_at_k(["a"], {"a"}, 10**12), 1e-12, rtol=1e-7, atol=0.0)
    assert_close(candidate.recall_at_k(["a"], {"a", "b"}, 10**12), 0.5)
    assert_close(candidate.average_precision_at_k(["b", "a"], {"a", "c"}, 10**12), 0.25)


@pytest.mark.fine
def test_results_are_floats(candidate):
    """Every result is a Python float, also where it is 0 or 1."""
    for ranked, relevant in ((["a", "b"], {"a"}), (["b", "c"], {"a"}), (["a"], set()), ([], {"a"}), ([], set())):
        for name in AT_K:
            assert_type(getattr(candidate, name)(ranked, relevant, 1), float)
        assert_type(candidate.reciprocal_rank(ranked, relevant), float)
    assert_type(candidate.mean_over_queries(lambda items, wanted: 1, [["a"]], [{"a"}]), float)


@pytest.mark.fine
def test_items_of_any_kind(candidate):
    """Numbers, tuples, texts and None are items alike."""
    ranked, relevant = [0, None, ("user", 7), "", 3.5], {None, "", ("user", 7), 8}
    assert_close(candidate.precision_at_k(ranked, relevant, 5), 0.6)
    assert_close(candidate.recall_at_k(ranked, relevant, 4), 0.75)
    assert_close(candidate.hit_rate_at_k([None], {None}, 1), 1.0)
    assert_close(candidate.reciprocal_rank(ranked, relevant), 0.5)
    assert_close(candidate.average_precision_at_k(ranked, relevant, 5), (1 / 2 + 2 / 3 + 3 / 4) / 4)
    assert_close(candidate.hit_rate_at_k([0], {0}, 1), 1.0)
    # 1, 1.0 and True are one item for a set.
    assert_close(candidate.recall_at_k([1, 1.0, True], {1}, 3), 1.0)
    assert_close(candidate.precision_at_k([1.0, 1, True], {1}, 3), 1 / 3)
    assert_close(candidate.average_precision_at_k([2, 1, 1.0], {1.0, 2.0}, 3), 1.0)


@pytest.mark.fine
def test_arguments_stay_as_they_are(candidate):
    """Neither the list nor the set that was passed is changed."""
    ranked, relevant = put(candidate, ["a", "b", "a", "c"]), put(candidate, {"a"})
    for name, rest in (("reciprocal_rank", ()), *((name, (2,)) for name in AT_K)):
        value = getattr(candidate, name)(ranked, relevant, *rest)
        assert_that(value > 0, f"is {value}, although there is a hit", value)
        assert_equal(fetch(ranked), ["a", "b", "a", "c"])
        assert_equal(fetch(relevant), {"a"})


@pytest.mark.fine
@given(
    ranked=st.lists(st.integers(0, 4), max_size=9), relevant=st.sets(st.integers(0, 6), max_size=4), k=st.integers(1, 9)
)
def test_values_lie_between_zero_and_one(candidate, ranked, relevant, k):
    """No metric exceeds 1, and neither recall nor the hit rate falls as k grows."""
    for name in AT_K:
        got = getattr(candidate, name)(ranked, relevant, k)
        assert_that(0.0 <= got <= 1.0 + 1e-12, f"is {got}, not between 0 and 1", got)
    for name in ("recall_at_k", "hit_rate_at_k"):
        now, later = (getattr(candidate, name)(ranked, relevant, places) for places in (k, k + 1))
        assert_that(now <= later, f"is {later} at k = {k + 1}, less than {now} at k = {k}", later)


@pytest.mark.fine
def test_mean_of_a_given_metric(candidate):
    """The metric is called once for each query, in order, with the keyword arguments."""
    calls = []

    def metric(*args, **kwargs):
        calls.append((args, kwargs))
        return len(calls)

    got = candidate.mean_over_queries(metric, [["a"], ["b", "c"], []], [{"a"}, set(), {"d"}], k=3, base=2)
    assert_close(got, 2.0)
    options = {"k": 3, "base": 2}
    expected = [((["a"], {"a"}), options), ((["b", "c"], set()), options), (([], {"d"}), options)]
    assert_that(calls == expected, f"called the metric with {calls}, expected {expected}", got)


@pytest.mark.fine
def test_errors_of_the_metric_are_passed_on(candidate):
    """What the metric raises comes out of the mean."""
    assert_close(candidate.mean_over_queries(candidate.hit_rate_at_k, [["a"], ["a"]], [{"a"}, {"b"}], k=1), 0.5)
    with assert_raises(ValueError):
        candidate.mean_over_queries(candidate.hit_rate_at_k, [["a"]], [{"a"}], k=0)


@pytest.mark.fine
def test_mean_of_no_queries(candidate):
    """No queries, and lists of different lengths, raise ValueError."""
    for ranked, relevant in (
        ([], []),
        ([["a"]], []),
        ([["a"], ["b"]], [{"a"}]),
        ([["a"]], [{"a"}, {"b"}]),
        ([], [{"a"}]),
    ):
        with assert_raises(ValueError):
            candidate.mean_over_queries(lambda items, wanted: 1.0, ranked, relevant)


@pytest.mark.fine
@pytest.mark.parametrize("name", AT_K)
def test_k_below_one(candidate, name):
    """A k below 1 raises ValueError, also where nothing is relevant or nothing was returned."""
    for ranked, relevant in ((["a", "b"], {"a"}), (["a", "b"], set()), ([], {"a"}), ([], set())):
        for k in (0, -1):
            with assert_raises(ValueError):
                getattr(candidate, name)(ranked, relevant, k)


@pytest.mark.scale
def test_long_lists(candidate, reference, rng):
    """The average precision of ten thousand items takes one pass over them."""

    def prepare(subject, rng):
        ranked = put(subject, rng.permutation(10_000).tolist())
        relevant = put(subject, set(range(5_000)))
        return lambda: subject.average_precision_at_k(ranked, relevant, 10_000)

    speed(candidate, reference, prepare, rng, limit=20)
