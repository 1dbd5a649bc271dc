"""Hidden tests of lr_schedules."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_raises, assert_that, assert_type, speed

INF, NAN = math.inf, math.nan


def slow_plateau(metrics, lr, factor, patience, threshold, min_lr):
    """Rates after each metric, worked out from the whole history every time."""
    rates = []
    for n in range(1, len(metrics) + 1):
        rate, best, bad = lr, INF, 0
        for metric in metrics[:n]:
            better = metric == metric and metric < best - best * threshold if best < INF else metric < INF
            best, bad = (metric, 0) if better else (best, bad + 1)
            if bad == patience + 1:
                rate, bad = max(min_lr, factor * rate), 0
        rates.append(rate)
    return rates


def rates(schedule, metrics):
    """Rates that the schedule returns, one after the other."""
    return [schedule.step(metric) for metric in metrics]


def test_warm_up_by_hand(candidate):
    """The warm-up starts at base / warmup, not at 0, and its last step has the base rate."""
    got = [candidate.warmup_cosine(step, 0.5, 4, 100) for step in range(4)]
    assert_close(got, [0.125, 0.25, 0.375, 0.5])


def test_cosine_by_hand(candidate):
    """After the warm-up the rate falls along half a cosine from base to min_lr."""
    got = [candidate.warmup_cosine(step, 1.0, 2, 6) for step in range(2, 7)]
    half = math.sqrt(0.5)
    assert_close(got, [1.0, (1 + half) / 2, 0.5, (1 - half) / 2, 0.0])
    got = [candidate.warmup_cosine(step, 0.9, 1, 4, 0.1) for step in range(1, 5)]
    assert_close(got, [0.9, 0.7, 0.3, 0.1])


def test_minimum_does_not_lift_the_warm_up(candidate):
    """min_lr plays no part in the warm-up: early rates may lie below it."""
    got = [candidate.warmup_cosine(step, 1.0, 4, 8, 0.5) for step in range(5)]
    assert_close(got, [0.25, 0.5, 0.75, 1.0, 1.0])


def test_rate_stays_at_the_minimum(candidate):
    """From step total on the rate is min_lr; the cosine does not climb again."""
    for step in (10, 11, 14, 18, 10**9):
        assert_close(candidate.warmup_cosine(step, 1.0, 2, 10), 0.0)
        assert_close(candidate.warmup_cosine(step, 1.0, 2, 10, 0.25), 0.25)


def test_no_warm_up(candidate):
    """With warmup = 0 the rate starts at base."""
    assert_close([candidate.warmup_cosine(step, 1.0, 0, 2) for step in range(3)], [1.0, 0.5, 0.0])


@given(warmup=st.integers(0, 8), length=st.integers(1, 20), step=st.integers(0, 40), low=st.integers(0, 4))
def test_warm_up_and_cosine_agree_with_another_formula(candidate, warmup, length, step, low):
    """For ordinary sizes the rate is a straight line, then a squared cosine of half the angle, then the minimum."""
    total, base, min_lr = warmup + length, 2.0, low / 2
    if step < warmup:
        expected = base * ((step + 1) / warmup)
    elif step < total:
        part = math.cos(0.5 * math.pi * (step - warmup) / length) ** 2
        expected = part * base + (1 - part) * min_lr
    else:
        expected = min_lr
    assert_close(candidate.warmup_cosine(step, base, warmup, total, min_lr), expected)


def test_patience_is_exceeded_not_reached(candidate):
    """Bad steps up to the patience change nothing; the next one lowers the rate and starts the count again."""
    schedule = candidate.ReduceOnPlateau(1.0, factor=0.5, patience=2)
    got = rates(schedule, [3.0] * 10)
    # The first 3.0 is better than nothing; then come nine bad steps, of which every third lowers the rate.
    assert_close(got, [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125])


def test_only_bad_steps_in_a_row_count(candidate):
    """A better metric takes the count of bad steps back to 0."""
    schedule = candidate.ReduceOnPlateau(1.0, factor=0.5, patience=1)
    assert_close(rates(schedule, [8.0, 9.0, 7.0, 7.0, 6.0, 6.0, 5.0]), [1.0] * 7)
    assert_close(rates(schedule, [6.0, 6.0]), [1.0, 0.5])


def test_threshold_is_relative(candidate):
    """Better means below best times (1 - threshold); small gains are bad and do not move the best."""
    schedule = candidate.ReduceOnPlateau(1.0, factor=0.5, patience=0, threshold=0.25)
    # 76 is no better than 100 * 0.75; 74 is. 60 misses 55.5, 55 does not.
    assert_close(rates(schedule, [100.0, 76.0, 74.0, 60.0, 55.0]), [1.0, 0.5, 0.5, 0.25, 0.25])
    creeping = candidate.ReduceOnPlateau(1.0, factor=0.5, patience=3, threshold=0.25)
    # Every metric is a little below the one before, but only 72 gets below 75.
    assert_close(rates(creeping, [100.0, 90.0, 82.0, 76.0, 72.0, 70.0]), [1.0] * 6)
    small = candidate.ReduceOnPlateau(1.0, factor=0.5, patience=0, threshold=0.5)
    assert_close(rates(small, [2.0**-20, 2.0**-22, 2.0**-23]), [1.0, 1.0, 0.5])
    plain = candidate.ReduceOnPlateau(1.0, factor=0.5, patience=0, threshold=0.0)
    assert_close(rates(plain, [1.0, 1.0, 0.999]), [1.0, 0.5, 0.5])


def test_best_outlives_a_reduction(candidate):
    """After a reduction the old best metric is still the one to beat."""
    schedule = candidate.ReduceOnPlateau(1.0, factor=0.5, patience=1)
    assert_close(rates(schedule, [1.0, 5.0, 5.0, 4.0, 3.0, 2.0, 2.0]), [1.0, 1.0, 0.5, 0.5, 0.25, 0.25, 0.125])


def test_rate_has_a_floor(candidate):
    """The rate never falls below min_lr, and stops exactly there."""
    schedule = candidate.ReduceOnPlateau(1.0, factor=0.25, patience=0, min_lr=0.1)
    assert_close(rates(schedule, [1.0] * 5), [1.0, 0.25, 0.1, 0.1, 0.1])
    level = candidate.ReduceOnPlateau(0.5, patience=0, min_lr=0.5)
    assert_close(rates(level, [1.0, 2.0, 2.0]), [0.5, 0.5, 0.5])


def test_schedules_share_nothing(candidate):
    """Two schedules that run side by side do not disturb each other."""
    one = candidate.ReduceOnPlateau(1.0, factor=0.5, patience=1)
    two = candidate.ReduceOnPlateau(8.0, factor=0.25, patience=0)
    got = [(one.step(metric), two.step(metric)) for metric in (1.0, 2.0, 2.0)]
    assert_close([a for a, _ in got], [1.0, 1.0, 0.5])
    assert_close([b for _, b in got], [8.0, 2.0, 0.5])


@given(
    metrics=st.lists(st.integers(1, 12), max_size=20),
    patience=st.integers(0, 3),
    threshold=st.sampled_from([0.0, 0.07, 0.33]),
    low=st.sampled_from([0.0, 0.1]),
)
def test_plateau_agrees_with_a_slow_specification(candidate, metrics, patience, threshold, low):
    """Any history gives the rates that reading it from the start each time gives."""
    metrics = [float(metric) for metric in metrics]
    schedule = candidate.ReduceOnPlateau(1.0, 0.5, patience, threshold, low)
    got = rates(schedule, metrics)
    assert_close(got, slow_plateau(metrics, 1.0, 0.5, patience, threshold, low))
    assert_that(all(a >= b for a, b in zip(got, got[1:])), "rises")


@pytest.mark.fine
def test_nothing_but_a_warm_up(candidate):
    """warmup = total skips the cosine, and total = 0 is all minimum."""
    assert_close([candidate.warmup_cosine(step, 1.0, 2, 2, 0.25) for step in range(4)], [0.5, 1.0, 0.25, 0.25])
    assert_close(candidate.warmup_cosine(0, 1.0, 1, 1, 0.5), 1.0)
    assert_close(candidate.warmup_cosine(1, 1.0, 1, 1, 0.5), 0.5)
    assert_close(candidate.warmup_cosine(0, 1.0, 0, 0, 0.25), 0.25)


@pytest.mark.fine
def test_types(candidate):
    """Every rate is a Python float."""
    for step in (0, 2, 3, 4, 9):
        assert_type(candidate.warmup_cosine(step, 1.0, 3, 6, 0.5), float)
    assert_type(candidate.noam(4, 4, 16), float)
    assert_type(candidate.step_decay(4, 1.0, 3, 0.5), float)
    assert_type(candidate.ReduceOnPlateau(1.0).step(3.0), float)


@pytest.mark.fine
def test_invalid_warmup_cosine(candidate):
    """A negative step or warmup, a warmup beyond total and a min_lr outside [0, base] raise ValueError."""
    for step, base, warmup, total, min_lr in (
        (-1, 1.0, 2, 4, 0.0),
        (-1, 1.0, 0, 4, 0.0),
        (0, 1.0, -1, 4, 0.0),
        (0, 1.0, 5, 4, 0.0),
        (9, 1.0, 5, 4, 0.0),
        (0, 1.0, 2, 4, -0.1),
        (0, 1.0, 2, 4, 1.1),
        (0, -1.0, 2, 4, 0.0),
    ):
        with assert_raises(ValueError):
            candidate.warmup_cosine(step, base, warmup, total, min_lr)
    assert_close(candidate.warmup_cosine(3, 1.0, 2, 4, 1.0), 1.0)
    assert_close(candidate.warmup_cosine(0, 0.0, 2, 4), 0.0)


@pytest.mark.fine
def test_noam_by_hand(candidate):
    """Noam rises in a straight line up to step warmup and falls with the root of the step after it."""
    got = [candidate.noam(step, 4, 16) for step in (1, 8, 16, 64, 100)]
    assert_close(got, [0.5 / 64, 0.5 / 8, 0.5 / 4, 0.5 / 8, 0.5 / 10])
    assert_close(candidate.noam(4000, 512, 4000), 1 / math.sqrt(512 * 4000))
    assert_close(candidate.noam(1, 1, 1), 1.0)
    assert_close(candidate.noam(4, 1, 1, 3.0), 1.5)


@pytest.mark.fine
@given(step=st.integers(1, 60), width=st.integers(1, 9), warmup=st.integers(1, 20), factor=st.integers(-3, 3))
def test_noam_scales(candidate, step, width, warmup, factor):
    """For any sizes the rate is the peak times what is left of it before or after the peak."""
    peak = factor / math.sqrt(width * warmup)
    expected = peak * (step / warmup if step < warmup else math.sqrt(warmup / step))
    assert_close(candidate.noam(step, width, warmup, float(factor)), expected)


@pytest.mark.fine
def test_invalid_noam(candidate):
    """A step, width or warm-up below 1 raises ValueError, step 0 above all."""
    for step, width, warmup in ((0, 4, 4), (-1, 4, 4), (1, 0, 4), (1, -4, 4), (1, 4, 0), (1, 4, -2), (9, 4, 0)):
        with assert_raises(ValueError):
            candidate.noam(step, width, warmup)


@pytest.mark.fine
def test_step_decay_by_hand(candidate):
    """The rate stays for `every` steps, then falls by gamma at once."""
    got = [candidate.step_decay(step, 8.0, 3, 0.5) for step in range(8)]
    assert_close(got, [8.0, 8.0, 8.0, 4.0, 4.0, 4.0, 2.0, 2.0])
    assert_close([candidate.step_decay(step, 1.0, 1, 0.1) for step in range(3)], [1.0, 0.1, 0.01])
    assert_close(candidate.step_decay(12, -3.0, 5, 1.0), -3.0)


@pytest.mark.fine
def test_step_decay_of_huge_steps(candidate):
    """The last step before a fall still has the higher rate, also where a float would round the quotient up."""
    every = 3 * 10**16
    assert_close([candidate.step_decay(step, 1.0, every, 0.5) for step in (every - 1, every)], [1.0, 0.5])
    assert_close(candidate.step_decay(3 * every - 1, 1.0, every, 0.5), 0.25)


@pytest.mark.fine
def test_invalid_step_decay(candidate):
    """A negative step, `every` below 1 and gamma outside (0, 1] raise ValueError."""
    for step, every, gamma in ((-1, 3, 0.5), (0, 0, 0.5), (0, -1, 0.5), (0, 3, 0.0), (0, 3, -0.5), (0, 3, 1.5)):
        with assert_raises(ValueError):
            candidate.step_decay(step, 1.0, every, gamma)


@pytest.mark.fine
def test_default_settings_of_the_plateau(candidate):
    """By default the factor is 0.1, the patience 10, the threshold 1e-4 and the minimum 0."""
    schedule = candidate.ReduceOnPlateau(2.0)
    assert_close(rates(schedule, [1.0] * 11), [2.0] * 11)
    assert_close(schedule.step(1.0), 0.2)
    # 0.99995 misses the threshold, so eleven of them are eleven bad steps; 0.99985 does not.
    assert_close(rates(schedule, [0.99995] * 10), [0.2] * 10)
    assert_close(schedule.step(0.99995), 0.02)
    assert_close(rates(schedule, [1.0] * 5 + [0.99985] + [1.0] * 10), [0.02] * 16)
    assert_close(schedule.step(1.0), 0.002)
    for _ in range(4):
        assert_close(rates(schedule, [1.0] * 10)[-1], schedule.step(1.0) * 10, rtol=1e-6)


@pytest.mark.fine
def test_threshold_is_strict(candidate):
    """A metric that meets the bound exactly is bad: 75 is 100 * 0.75."""
    schedule = candidate.ReduceOnPlateau(1.0, factor=0.5, patience=0, threshold=0.25)
    assert_close(rates(schedule, [100.0, 75.0, 74.0]), [1.0, 0.5, 0.5])


@pytest.mark.fine
def test_nan_is_bad(candidate):
    """NaN and infinity are bad metrics and never become the best."""
    schedule = candidate.ReduceOnPlateau(1.0, factor=0.5, patience=1)
    assert_close(rates(schedule, [NAN, NAN, INF, NAN, 4.0, NAN, 3.0]), [1.0, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25])
    assert_close(rates(schedule, [NAN, 3.5, 2.0, INF, 1.0]), [0.25, 0.125, 0.125, 0.125, 0.125])


@pytest.mark.fine
def test_metric_of_zero(candidate):
    """A metric of 0 can be the best, and nothing is better than it."""
    schedule = candidate.ReduceOnPlateau(1.0, factor=0.5, patience=0)
    assert_close(rates(schedule, [1.0, 0.0, 0.0, 1e-9]), [1.0, 1.0, 0.5, 0.25])


@pytest.mark.fine
@given(
    metrics=st.lists(st.one_of(st.integers(0, 12), st.sampled_from([NAN, INF])), max_size=20),
    patience=st.integers(0, 3),
    quarter=st.integers(0, 3),
    low=st.sampled_from([0.0, 0.1]),
)
def test_odd_metrics_agree_with_a_slow_specification(candidate, metrics, patience, quarter, low):
    """With ties, zeros, NaN and infinity among the metrics, too, the rates follow the rule."""
    metrics = [float(metric) for metric in metrics]
    schedule = candidate.ReduceOnPlateau(1.0, 0.5, patience, quarter / 4, low)
    assert_close(rates(schedule, metrics), slow_plateau(metrics, 1.0, 0.5, patience, quarter / 4, low))


@pytest.mark.fine
def test_invalid_plateau(candidate):
    """A factor outside (0, 1), negative patience, threshold outside [0, 1), min_lr outside [0, lr] raise ValueError."""
    bad = ({"factor": 0.0}, {"factor": 1.0}, {"factor": -0.5}, {"factor": 1.5}, {"patience": -1}, {"threshold": -0.1},
           {"threshold": 1.0}, {"threshold": 1.5}, {"min_lr": -0.1}, {"min_lr": 1.1})  # fmt: skip
    for settings in bad:
        with assert_raises(ValueError):
            candidate.ReduceOnPlateau(1.0, **settings)
    with assert_raises(ValueError):
        candidate.ReduceOnPlateau(-1.0)
    assert_close(candidate.ReduceOnPlateau(0.0).step(1.0), 0.0)


@pytest.mark.scale
def test_step_decay_takes_constant_time(candidate, reference, rng):
    """A late step is as quick as an early one: there is no loop over the steps."""

    def prepare(subject, rng):
        return lambda: subject.step_decay(10**7, 1.0, 1, 1.0 - 1e-8)

    speed(candidate, reference, prepare, rng, limit=100)
