"""Hidden tests of beam_search."""

import itertools
import math
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from grader.testing import assert_close, assert_equal, assert_raises, assert_that, assert_type, speed

INF = math.inf

BOS, EOS = 9, 0


def slow_search(step, bos, eos, beam, max_len, alpha=0.0):
    """The rules of the prompt, candidate by candidate."""
    live, finished = [((bos,), 0.0)], []
    for length in range(1, max_len + 1):
        if not live:
            break
        rows = step([prefix for prefix, _ in live]).tolist()
        candidates = [
            (live[parent][1] + rows[parent][token], parent, token)
            for parent in range(len(live))
            for token in range(len(rows[0]))
            if live[parent][1] + rows[parent][token] > -INF
        ]
        candidates.sort(key=lambda c: (-c[0], c[1], c[2]))
        following = []
        for total, parent, token in candidates[: 2 * beam]:
            sequence = (*live[parent][0], token)
            if token == eos:
                finished.append((sequence, total / length**alpha))
            else:
                following.append((sequence, total))
        live = following[:beam]
        finished.sort(key=lambda pair: -pair[1])
        if alpha == 0 and len(finished) >= beam and live and live[0][1] <= finished[beam - 1][1]:
            live = []
    finished += [(prefix, total / max_len**alpha) for prefix, total in live]
    return sorted(finished, key=lambda pair: -pair[1])[:beam]


def answers(row, width):
    """A step function that asks `row` for each prefix, and the list of what it was asked."""
    calls = []

    def step(prefixes):
        calls.append(prefixes)
        prefixes = prefixes if isinstance(prefixes, list) else [prefixes]
        rows = [row(tuple(prefix) if is_sequence(prefix) else ()) for prefix in prefixes]
        return np.array(rows).reshape(len(rows), width)

    return step, calls


def is_sequence(value):
    """Whether this is a tuple or a list of whole numbers."""
    return isinstance(value, tuple | list) and all(isinstance(token, int | np.integer) for token in value)


def by_prefix(rows, other):
    """A model given by the rows of some prefixes and one row for all others."""
    return answers(lambda prefix: rows.get(prefix, other), len(other))


def by_last_token(table):
    """A model that looks at the length and the last token of a prefix."""
    length, v, _ = table.shape
    return answers(lambda prefix: table[min(len(prefix), length) - 1, sum(prefix[-1:]) % v], v)


def sequences(got):
    """Sequences of a result as tuples of ints, once it is a list of pairs of sequence and score."""
    pairs = isinstance(got, tuple | list) and all(isinstance(pair, tuple | list) and len(pair) == 2 for pair in got)
    legal = pairs and all(is_sequence(pair[0]) and isinstance(pair[1], int | float | np.number) for pair in got)
    assert_that(legal, "is no list of pairs of a sequence and a score", got)
    return [tuple(int(token) for token in sequence) for sequence, _ in got]


def agree(got, expected):
    """Equal sequences, and scores that are close."""
    assert_equal(sequences(got), [tuple(sequence) for sequence, _ in expected])
    assert_close(np.array([score for _, score in got]), np.array([score for _, score in expected]))


SMALL = {
    (9,): [-2.0, -1.0, -0.5],
    (9, 2): [-1.0, -3.0, -2.0],
    (9, 1): [-0.25, -4.0, -1.0],
    (9, 1, 2): [-0.125, -5.0, -5.0],
}


def log_softmax(x):
    """Rows of log-probabilities."""
    return x - np.log(np.exp(x).sum(axis=-1, keepdims=True))


def all_sequences(table, max_len, alpha):
    """Every sequence of a model that looks at the length and the last token, the best first; 0 ends, 1 begins."""
    found = []
    v = table.shape[1]
    for length in range(1, max_len + 1):
        for tokens in itertools.product(range(v), repeat=length):
            if 0 in tokens[:-1] or (tokens[-1] != 0 and length < max_len):
                continue
            total = sum(
                table[i, last, token] for i, (last, token) in enumerate(zip((1, *tokens), tokens, strict=False))
            )
            found.append(((1, *tokens), total / length**alpha))
    return sorted(found, key=lambda pair: -pair[1])


def test_better_than_greedy_by_hand(candidate):
    """The best sequence starts with the second best token, which a beam of one loses."""
    step, _ = by_prefix(SMALL, [-8.0, -8.0, -8.0])
    agree(candidate.beam_search(step, BOS, EOS, 2, 5), [((9, 1, 0), -1.25), ((9, 2, 0), -1.5)])
    agree(candidate.beam_search(step, BOS, EOS, 1, 5), [((9, 2, 0), -1.5)])


def test_best_prefixes_of_all(candidate):
    """Both live prefixes may come from one parent: the ranking is over all candidates."""
    rows = {(9,): [-50.0, -0.5, -3.0], (9, 1): [-50.0, -1.0, -1.5], (9, 2): [-50.0, -0.25, -0.375]}
    rows |= {(9, 1, 1): [-50.0, -1.0, -2.25], (9, 1, 2): [-50.0, -0.75, -4.0]}
    step, _ = by_prefix(rows, [-50.0, -0.125, -0.125])
    agree(candidate.beam_search(step, BOS, EOS, 2, 3), [((9, 1, 1, 1), -2.5), ((9, 1, 2, 1), -2.75)])


def test_finished_sequences_are_not_extended(candidate, rng):
    """What has ended is never given to step again."""
    table = log_softmax(rng.normal(size=(3, 3, 3)))
    step, calls = by_last_token(table)
    agree(candidate.beam_search(step, 1, 0, 30, 3), all_sequences(table, 3, 0.0))
    asked = [prefix for prefixes in calls if isinstance(prefixes, list) for prefix in prefixes]
    assert_that(
        all(is_sequence(prefix) and 0 not in prefix[1:] for prefix in asked),
        "comes from a search that extended a finished sequence",
    )


def test_length_penalty_by_hand(candidate):
    """The score is the sum divided by a power of the length, which counts eos and not bos."""
    rows = {(9,): [-2.0, -1.0], (9, 1): [-2.0, -0.5]}
    for alpha in (0.5, 1.0):
        step, _ = by_prefix(rows, [-1.0, -8.0])
        expected = [((9, 0), -2.0), ((9, 1, 0), -3.0 / 2**alpha), ((9, 1, 1), -1.5 / 2**alpha)]
        expected.sort(key=lambda pair: -pair[1])
        agree(candidate.beam_search(step, BOS, EOS, 8, 2, alpha), expected)


def test_cut_at_the_greatest_length(candidate):
    """At max_len the live prefixes are finished as they are, and compete with the others."""
    step, _ = by_prefix({(9,): [-3.0, -0.5, -0.625], (9, 2): [-4.0, -1.0, -2.0]}, [-3.25, -0.5, -0.875])
    agree(candidate.beam_search(step, BOS, EOS, 2, 2), [((9, 1, 1), -1.0), ((9, 1, 2), -1.375)])
    agree(candidate.beam_search(step, BOS, EOS, 2, 1, 2.0), [((9, 1), -0.5), ((9, 2), -0.625)])
    agree(candidate.beam_search(step, BOS, EOS, 1, 2, 2.0), [((9, 1, 1), -0.25)])


def test_small_probabilities(candidate):
    """Sums of thousands do not underflow."""
    step, _ = by_prefix({}, [-5000.0, -400.0, -401.0])
    agree(candidate.beam_search(step, BOS, EOS, 1, 6), [((9, *[1] * 6), -2400.0)])


@given(seed=st.integers(0, 2**32 - 1), v=st.integers(3, 5), beam=st.integers(1, 4))
def test_search_without_endings(candidate, seed, v, beam):
    """Where hardly anything ends, the beam best of all extensions go on from round to round."""
    table = log_softmax(np.random.default_rng(seed).normal(scale=2.0, size=(4, v, v)))
    table[:, :, 0] = -200.0
    beam = min(beam, v - 1)
    expected = slow_search(by_last_token(table)[0], 1, 0, beam, 4)
    agree(candidate.beam_search(by_last_token(table)[0], 1, 0, beam, 4), expected)


@given(seed=st.integers(0, 2**32 - 1), alpha=st.sampled_from([0.0, 1.0]))
def test_wide_beam_finds_everything(candidate, seed, alpha):
    """A beam as wide as the number of sequences finds all of them, in the order of their scores."""
    table = log_softmax(np.random.default_rng(seed).normal(size=(3, 3, 3)))
    agree(candidate.beam_search(by_last_token(table)[0], 1, 0, 27, 3, alpha), all_sequences(table, 3, alpha))


@given(seed=st.integers(0, 2**32 - 1), beam=st.integers(1, 5), alpha=st.sampled_from([0.0, 0.7]))
def test_results_are_sequences_with_their_scores(candidate, seed, beam, alpha):
    """The beam best of what was found come back once each, with their own scores, the best first."""
    table = log_softmax(np.random.default_rng(seed).normal(scale=2.0, size=(4, 3, 3)))
    got = candidate.beam_search(by_last_token(table)[0], 1, 0, beam, 4, alpha)
    scores = dict(all_sequences(table, 4, alpha))
    found = sequences(got)
    assert_that(1 <= len(found) <= beam and len(set(found)) == len(found), f"is no list of up to {beam} sequences", got)
    assert_that(set(found) <= set(scores), "holds a sequence that neither ends in eos nor is cut at max_len", got)
    assert_close([score for _, score in got], [scores[sequence] for sequence in found])
    assert_that(all(a >= b - 1e-9 for (_, a), (_, b) in itertools.pairwise(got)), "is not in the order of scores", got)


@pytest.mark.fine
def test_two_rounds_and_their_calls(candidate):
    """Each round asks once for all live prefixes, tuples of integers, and stops when nothing live can win."""
    step, calls = by_prefix(SMALL, [-8.0, -8.0, -8.0])
    got = candidate.beam_search(step, BOS, EOS, 2, 5)
    assert_equal(got, [((9, 1, 0), -1.25), ((9, 2, 0), -1.5)])
    assert_equal(calls, [[(9,)], [(9, 2), (9, 1)]])


@pytest.mark.fine
def test_no_early_stop_with_a_penalty(candidate):
    """With a penalty the search goes on to max_len, and a longer sequence may still win."""
    step, calls = by_prefix(SMALL, [-8.0, -8.0, -8.0])
    got = candidate.beam_search(step, BOS, EOS, 2, 4, 1.0)
    # -1.25 / 2 and (-1 - 1 - 0.125) / 3; the second was finished after (9, 2, 0), whose score is -1.5 / 2.
    agree(got, [((9, 1, 0), -0.625), ((9, 1, 2, 0), -2.125 / 3)])
    assert_equal([len(prefixes) for prefixes in calls], [1, 2, 2, 2])
    got = candidate.beam_search(by_prefix(SMALL, [-8.0] * 3)[0], BOS, EOS, 3, 2, alpha=0.5)
    agree(got, [((9, 1, 0), -1.25 / 2**0.5), ((9, 2, 0), -1.5 / 2**0.5), ((9, 1, 2), -2.0 / 2**0.5)])


@pytest.mark.fine
def test_types_of_the_result(candidate):
    """The result is a list of tuples of plain integers with plain floats."""
    step, calls = by_prefix({}, np.array([-1.5, -0.5], dtype=np.float32))
    got = candidate.beam_search(step, BOS, EOS, 2, 2)
    assert_equal(got, [((9, 1, 1), -1.0), ((9, 0), -1.5)])
    assert_type(got[0][0][1], int)
    assert_type(got[0][1], float)
    assert_equal(calls, [[(9,)], [(9, 1)]])


@pytest.mark.fine
def test_endings_cost_no_live_prefix_its_place(candidate):
    """Although all endings rank above them, `beam` prefixes stay alive."""
    rows = {(9,): [-4.0, -1.0, -1.5, -9.0]}
    step, calls = by_prefix(rows, [-0.5, -1.0, -2.0, -9.0])
    got = candidate.beam_search(step, BOS, EOS, 2, 3, alpha=1.0)
    # Round 2 has the endings -1.5 and -2 first, then -2 and -2.5, which stay alive.
    assert_equal(calls[1:], [[(9, 1), (9, 2)], [(9, 1, 1), (9, 2, 1)]])
    agree(got, slow_search(by_prefix(rows, [-0.5, -1.0, -2.0, -9.0])[0], BOS, EOS, 2, 3, 1.0))


@pytest.mark.fine
def test_endings_within_twice_the_beam_count(candidate):
    """An ending that ranks below the beam but within twice the beam is finished; one below that is lost."""
    step, _ = by_prefix({(9,): [-3.0, -1.0, -2.0]}, [-INF, -4.0, -4.0])
    assert_equal(candidate.beam_search(step, BOS, EOS, 2, 2), [((9, 0), -3.0), ((9, 1, 1), -5.0)])
    step, _ = by_prefix({(9,): [-2.0, -1.0, -3.0]}, [-INF, -4.0, -4.0])
    assert_equal(candidate.beam_search(step, BOS, EOS, 1, 2), [((9, 0), -2.0)])
    step, _ = by_prefix({(9,): [-3.0, -1.0, -2.0]}, [-INF, -4.0, -4.0])
    assert_equal(candidate.beam_search(step, BOS, EOS, 1, 2), [((9, 1, 1), -5.0)])


@pytest.mark.fine
def test_prefixes_of_one_parent(candidate):
    """Live prefixes are passed to step in the order of their sums, whatever their parents."""
    rows = {(9,): [-9.0, -0.5, -3.0], (9, 1): [-9.0, -1.0, -1.5], (9, 2): [-9.0, -0.25, -0.25]}
    step, calls = by_prefix(rows, [-1.0, -1.0, -1.0])
    got = candidate.beam_search(step, BOS, EOS, 2, 3)
    assert_equal(calls, [[(9,)], [(9, 1), (9, 2)], [(9, 1, 1), (9, 1, 2)]])
    assert_equal(got, [((9, 1, 1, 0), -2.5), ((9, 1, 1, 1), -2.5)])


@pytest.mark.fine
def test_equal_sums(candidate):
    """Of equal sums, the higher prefix comes first and then the lower token; earlier endings win."""
    step, calls = by_prefix({}, [-1.0, -1.0, -1.0])
    got = candidate.beam_search(step, BOS, EOS, 2, 6)
    assert_equal(got, [((9, 0), -1.0), ((9, 1, 0), -2.0)])
    assert_equal(calls, [[(9,)], [(9, 1), (9, 2)]])
    # Without endings only the order of the prefixes shows.
    step, calls = by_prefix(
        {(9,): [-INF, -2.0, -1.0, -1.0], (9, 2): [-INF, -2.0, -1.0, -1.0]}, [-INF, -1.0, -1.0, -2.0]
    )
    got = candidate.beam_search(step, BOS, EOS, 3, 3)
    assert_equal(calls[1:], [[(9, 2), (9, 3), (9, 1)], [(9, 2, 2), (9, 2, 3), (9, 3, 1)]])
    assert_equal([sequence for sequence, _ in got], [(9, 2, 2, 1), (9, 2, 2, 2), (9, 2, 3, 1)])
    # Many more equal candidates than the beam takes.
    step, calls = by_prefix({}, [-INF] + [-0.5] * 40)
    got = candidate.beam_search(step, BOS, EOS, 3, 2)
    assert_equal(got, [((9, 1, 1), -1.0), ((9, 1, 2), -1.0), ((9, 1, 3), -1.0)])
    step, calls = by_prefix({}, [-INF] + [-0.5, -0.25, -1.0] * 40)
    candidate.beam_search(step, BOS, EOS, 60, 2)
    better, worse = [(9, 3 * i + 2) for i in range(40)], [(9, 3 * i + 1) for i in range(20)]
    assert_equal(calls[1:], [better + worse])
    # Three tokens for two places: the last, which is the ending, is not considered.
    assert_equal(candidate.beam_search(by_prefix({}, [-1.0, -1.0, -1.0])[0], BOS, 2, 1, 1), [((9, 0), -1.0)])


@pytest.mark.fine
def test_equal_scores(candidate):
    """Of equal scores, what was finished in an earlier round comes first, and endings come before what is cut off."""
    rows = {(9,): [-1.0, -0.5, -4.0], (9, 1): [-1.5, -1.5, -1.5]}
    step, _ = by_prefix(rows, [-8.0, -8.0, -8.0])
    got = candidate.beam_search(step, BOS, EOS, 3, 2, 1.0)
    agree(got, [((9, 0), -1.0), ((9, 1, 0), -1.0), ((9, 1, 1), -1.0)])


@pytest.mark.fine
def test_early_stop_waits_for_the_beam(candidate):
    """The search goes on until the best live sum is not above the last of `beam` finished scores."""
    rows = {(9,): [-0.5, -0.75, -1.0]}
    for beam, rounds in ((1, 1), (2, 2), (3, 2), (4, 3)):
        step, calls = by_prefix(rows, [-1.0, -1.5, -1.5])
        got = candidate.beam_search(step, BOS, EOS, beam, 9)
        assert_equal(len(calls), rounds)
        assert_equal(got, slow_search(by_prefix(rows, [-1.0, -1.5, -1.5])[0], BOS, EOS, beam, 9))
    # Two are finished after round 2, with -1 and -3, but the live -2.25 can still beat the second.
    rows = {
        (9,): [-1.0, -2.0, -2.5],
        (9, 1): [-1.0, -0.25, -9.0],
        (9, 2): [-0.75, -9.0, -9.0],
        (9, 1, 1): [-0.5, -9.0, -9.0],
    }
    step, calls = by_prefix(rows, [-9.0, -9.0, -9.0])
    assert_equal(candidate.beam_search(step, BOS, EOS, 2, 9), [((9, 0), -1.0), ((9, 1, 1, 0), -2.75)])
    assert_equal(len(calls), 3)


@pytest.mark.fine
def test_cut_off_prefixes_rank_by_score(candidate):
    """What is cut off competes by its score, by order of rank where scores are equal, after exactly max_len rounds."""
    step, calls = by_prefix({}, [-3.0, -0.5, -0.75])
    got = candidate.beam_search(step, BOS, EOS, 3, 2)
    assert_equal(got, [((9, 1, 1), -1.0), ((9, 1, 2), -1.25), ((9, 2, 1), -1.25)])
    assert_equal(len(calls), 2)


@pytest.mark.fine
def test_impossible_tokens(candidate):
    """A token of log-probability -inf never continues a prefix, and a prefix without any continuation is dropped."""
    rows = {(9,): [-INF, -1.0, -0.5], (9, 2): [-INF] * 3, (9, 1): [-2.0, -INF, -INF]}
    for alpha in (0.0, 1.0):
        step, calls = by_prefix(rows, [-1.0, -1.0, -1.0])
        got = candidate.beam_search(step, BOS, EOS, 3, 5, alpha)
        agree(got, [((9, 1, 0), -3.0 / 2**alpha)])
        assert_equal(calls, [[(9,)], [(9, 2), (9, 1)]])
    step, calls = by_prefix({}, [-INF, -INF])
    assert_equal(candidate.beam_search(step, BOS, EOS, 2, 5), [])
    assert_equal(len(calls), 1)
    step, _ = by_prefix({(9,): [-INF, -1.0]}, [-INF, -INF])
    assert_equal(candidate.beam_search(step, BOS, EOS, 1, 2), [])
    step, calls = by_prefix({}, [-0.5, -INF])
    assert_equal(candidate.beam_search(step, BOS, EOS, 1, 4), [((9, 0), -0.5)])
    assert_equal(len(calls), 1)


@pytest.mark.fine
def test_bos_may_equal_eos(candidate):
    """As the first token eos ends nothing."""
    step, calls = by_prefix({(0,): [-1.0, -0.5], (0, 1): [-0.25, -3.0]}, [-8.0, -8.0])
    assert_equal(candidate.beam_search(step, 0, 0, 2, 4), [((0, 1, 0), -0.75), ((0, 0), -1.0)])
    assert_equal(calls, [[(0,)], [(0, 1)]])
    step, _ = by_prefix({}, [-1.0, -0.5, -0.25])
    assert_equal(candidate.beam_search(step, 1, 2, 1, 3), [((1, 2), -0.25)])


@pytest.mark.fine
def test_sums_in_float64(candidate):
    """Impossible endings aside, sums of thousands are exact, and float32 log-probabilities are summed in float64."""
    step, _ = by_prefix({}, [-INF, -400.0, -401.0])
    assert_equal(candidate.beam_search(step, BOS, EOS, 2, 6), [((9, *[1] * 6), -2400.0), ((9, *[1] * 5, 2), -2401.0)])
    row = np.array([-INF, -0.1, -3000.7], dtype=np.float32)
    rows = {(9,): np.array([-INF, -INF, -3000.7], dtype=np.float32)}
    step, _ = by_prefix(rows, row)
    expected = float(np.float32(-3000.7)) + 3 * float(np.float32(-0.1))
    got = candidate.beam_search(step, BOS, EOS, 1, 4)
    assert_equal(got[0][0], (9, 2, 1, 1, 1))
    assert_close(got[0][1], expected, rtol=1e-12)


@pytest.mark.fine
def test_invalid_settings(candidate):
    """A beam or a length below 1 and a negative alpha raise ValueError."""
    for settings in ((0, 3), (-1, 3), (2, 0), (2, -2), (2, 3, -0.5)):
        with assert_raises(ValueError):
            candidate.beam_search(by_prefix({}, [-1.0, -1.0])[0], BOS, EOS, *settings)


@pytest.mark.fine
@given(
    seed=st.integers(0, 2**32 - 1), v=st.integers(2, 5), beam=st.integers(1, 5), alpha=st.sampled_from([0.0, 0.7, 1.3])
)
def test_search_follows_the_rules(candidate, seed, v, beam, alpha):
    """On random models the result and the calls are those of the rules, candidate by candidate."""
    table = log_softmax(np.random.default_rng(seed).normal(scale=2.0, size=(4, v, v)))
    step, calls = by_last_token(table)
    got = candidate.beam_search(step, 1, 0, beam, 4, alpha)
    slow, wanted = by_last_token(table)
    agree(got, slow_search(slow, 1, 0, beam, 4, alpha))
    assert_equal(calls, wanted)


@pytest.mark.fine
@given(seed=st.integers(0, 2**32 - 1), beam=st.integers(1, 4))
def test_equal_sums_on_coarse_models(candidate, seed, beam):
    """On models with many equal and many impossible tokens, the rules for ties decide."""
    table = -np.random.default_rng(seed).choice([0.5, 0.5, 1.0, 2.0, INF], size=(4, 4, 4))
    step, calls = by_last_token(table)
    got = candidate.beam_search(step, 1, 0, beam, 4)
    slow, wanted = by_last_token(table)
    assert_equal(got, slow_search(slow, 1, 0, beam, 4))
    assert_equal(calls, wanted)


@pytest.mark.scale
def test_large_vocabulary(candidate, reference, rng):
    """A vocabulary of 8000 takes array operations, not a Python loop over the candidates."""

    def prepare(subject, rng):
        rows = log_softmax(rng.normal(scale=2.0, size=(4, 8000)))
        return lambda: subject.beam_search(lambda prefixes: rows[: len(prefixes)], 1, 0, 4, 4, 1.0)

    speed(candidate, reference, prepare, rng, limit=30, check=agree)
