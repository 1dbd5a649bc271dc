"""Hidden tests of newtons_method."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_that, assert_type

ROSENBROCK = (
    lambda x: float((1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2),
    lambda x: np.array([-2 * (1 - x[0]) - 400 * x[0] * (x[1] - x[0] ** 2), 200 * (x[1] - x[0] ** 2)]),
    lambda x: np.array([[2 - 400 * (x[1] - 3 * x[0] ** 2), -400 * x[0]], [-400 * x[0], 200.0]]),
)
LOG_COSH = (
    lambda x: float(np.logaddexp(x, -x).sum()),
    lambda x: np.tanh(x),
    lambda x: np.diag(1 / np.cosh(x) ** 2),
)
# Saddles at x = 0, minima at (0, 1) and (0, -1) with value -1/4.
TWO_WELLS = (
    lambda x: float(x[0] ** 2 - x[1] ** 2 / 2 + x[1] ** 4 / 4),
    lambda x: np.array([2 * x[0], x[1] ** 3 - x[1]]),
    lambda x: np.diag([2.0, 3 * x[1] ** 2 - 1]),
)


def quadratic(seed, n, condition=10.0):
    """A convex quadratic function, its derivatives, and where it is least."""
    rng = np.random.default_rng(seed)
    v, _ = np.linalg.qr(rng.normal(size=(n, n)))
    a = v @ np.diag(np.geomspace(1.0, condition, n)) @ v.T
    best = rng.normal(size=n)
    return (lambda x: float((x - best) @ a @ (x - best) / 2), lambda x: a @ (x - best), lambda x: a), best


def guarded(function, n):
    """The function, for points of n numbers only."""

    def at(x):
        assert_that(np.shape(x) == (n,), f"evaluates a function at a point of shape {np.shape(x)}")
        return function(x)

    return at


def solve(candidate, functions, x0, **options):
    """Point and steps of the candidate, once they are a pair and the point is finite."""
    functions = [guarded(function, len(x0)) for function in functions]
    got = candidate.newton_minimize(*functions, np.array(x0, dtype=float), **options)
    assert_that(isinstance(got, (tuple, list)) and len(got) == 2, "is not a point and a number of steps")
    assert_that(bool(np.isfinite(got[0]).all()), f"gave the point {got[0]}")
    return np.asarray(got[0]), int(got[1])


def test_kinds_by_hand(candidate):
    """Positive eigenvalues make a minimum, negative ones a maximum, both a saddle, zeros a degenerate point."""
    for diagonal, kind in (
        ([1.0, 2.0], "min"),
        ([-1.0, -0.1], "max"),
        ([3.0, -1e-3], "saddle"),
        ([0.0, 2.0], "degenerate"),
        ([0.0, -2.0], "degenerate"),
        ([0.0, 0.0], "degenerate"),
        ([0.0, 1.0, -1.0], "saddle"),
    ):
        assert_equal(candidate.classify_critical_point(np.diag(diagonal)), kind)


def test_kinds_of_full_matrices(candidate):
    """The diagonal and the determinant are not enough; off-diagonal entries decide."""
    assert_equal(candidate.classify_critical_point(np.array([[1.0, 2.0], [2.0, 1.0]])), "saddle")
    assert_equal(candidate.classify_critical_point(np.array([[1.0, 1.0], [1.0, 1.0]])), "degenerate")
    assert_equal(candidate.classify_critical_point(np.diag([-1.0, -1.0, 3.0])), "saddle")
    assert_equal(candidate.classify_critical_point(np.array([[-2.0, 1.0], [1.0, -2.0]])), "max")


def test_symmetric_part_counts(candidate):
    """A matrix that is not symmetric is judged by its symmetric part."""
    assert_equal(candidate.classify_critical_point(np.array([[1.0, 6.0], [0.0, 1.0]])), "saddle")
    assert_equal(candidate.classify_critical_point(np.array([[1.0, 9.0], [-9.0, 1.0]])), "min")


@given(n=st.integers(1, 5), seed=st.integers(0, 2**32 - 1))
def test_a_quadratic_takes_one_step(candidate, n, seed):
    """From anywhere, one full Newton step reaches the minimum of a convex quadratic function."""
    functions, best = quadratic(seed, n)
    x, steps = solve(candidate, functions, best + 5 * np.random.default_rng(seed).normal(size=n))
    assert_close(x, best)
    assert_that(steps <= 2, f"took {steps} steps")


@pytest.mark.parametrize("start", [0.5, 3.0, -10.0])
def test_log_cosh_does_not_diverge(candidate, start):
    """Far from the minimum of log cosh full steps diverge, damped ones don't."""
    x, _ = solve(candidate, LOG_COSH, [start])
    assert_close(x, [0.0], atol=1e-6)


def test_rosenbrock(candidate):
    """The curved valley of Rosenbrock's function is followed to its end in a few dozen steps."""
    x, steps = solve(candidate, ROSENBROCK, [-1.2, 1.0])
    assert_close(x, [1.0, 1.0], rtol=1e-6)
    assert_that(steps <= 45, f"took {steps} steps")


@pytest.mark.parametrize("start", [[1.0, 0.1], [0.5, -0.3], [2.0, 1e-3], [0.0, 0.2]])
def test_saddles_and_maxima_are_left(candidate, start):
    """Where the Hessian is not positive definite the method goes downhill, to a minimum."""
    x, _ = solve(candidate, TWO_WELLS, start)
    assert_close(np.abs(x), [0.0, 1.0], atol=1e-6)


@pytest.mark.parametrize("functions", [ROSENBROCK, TWO_WELLS], ids=["rosenbrock", "two_wells"])
def test_no_step_climbs(candidate, functions):
    """With more steps allowed the value only falls."""
    values = [functions[0](np.array([-1.2, 0.3]))]
    for max_iter in (1, 2, 3, 5, 8):
        x, steps = solve(candidate, functions, [-1.2, 0.3], max_iter=max_iter)
        values.append(functions[0](x))
        assert_that(steps <= max_iter, f"took {steps} steps of {max_iter}")
    assert_that(bool((np.diff(values) <= 1e-12).all()), f"has values {values} after more and more steps")


def test_stops_at_the_tolerance(candidate):
    """The gradient of the result is within tol, and a looser tol takes fewer steps."""
    steps = []
    for tol in (0.5, 1e-9):
        x, taken = solve(candidate, ROSENBROCK, [0.5, 0.5], tol=tol)
        steps.append(taken)
        slope = np.abs(ROSENBROCK[1](x)).max()
        assert_that(slope <= tol, f"has a gradient of {slope} for tol {tol}")
    assert_that(steps[0] < steps[1], f"took {steps} steps for tol 0.5 and 1e-9")


def test_constraints_by_hand(candidate):
    """The point of x + y = 2 nearest to the origin is (1, 1), with multiplier -1; a linear part moves it."""
    a, b = np.array([[1.0, 1.0]]), np.array([2.0])
    x, nu = candidate.equality_qp(np.eye(2), np.zeros(2), a, b)
    assert_close(x, [1.0, 1.0])
    assert_close(nu, [-1.0])
    x, nu = candidate.equality_qp(np.diag([1.0, 2.0]), np.array([1.0, -4.0]), a, b)
    assert_close(x, [-1 / 3, 7 / 3])
    assert_close(nu, [-2 / 3])


@given(n=st.integers(2, 6), seed=st.integers(0, 2**32 - 1), data=st.data())
def test_constraints_and_stationarity(candidate, n, seed, data):
    """The solution satisfies Ax = b and Qx + c + A'nu = 0."""
    m = data.draw(st.integers(1, n - 1))
    rng = np.random.default_rng(seed)
    root, c, b = rng.normal(size=(n, n)), rng.normal(size=n), rng.normal(size=m)
    q, a = root @ root.T + np.eye(n), np.eye(m, n) + 0.1 * rng.normal(size=(m, n))
    x, nu = candidate.equality_qp(q, c, a, b)
    assert_close(a @ np.asarray(x), b, rtol=1e-6, atol=1e-7)
    assert_close(q @ np.asarray(x) + c + a.T @ np.asarray(nu), np.zeros(n), rtol=1e-6, atol=1e-6)


@pytest.mark.fine
def test_tolerance_of_kinds(candidate):
    """An eigenvalue of size tol counts as 0, a greater one does not."""
    for diagonal, tol, kind in (
        ([1.0, -0.5], 0.5, "degenerate"),
        ([1.0, 0.5], 0.5, "degenerate"),
        ([1.0, -0.5], 0.4, "saddle"),
        ([-1.0, -0.5], 0.5, "degenerate"),
        ([1.0, 1e-9], 1e-8, "degenerate"),
    ):
        assert_equal(candidate.classify_critical_point(np.diag(diagonal), tol), kind)
    assert_equal(candidate.classify_critical_point(np.diag([1.0, 2e-8])), "min")
    assert_equal(candidate.classify_critical_point(np.diag([1.0, 1e-9])), "degenerate")
    assert_equal(candidate.classify_critical_point(np.array([[2, 1], [1, 2]])), "min")


@pytest.mark.fine
def test_no_steps(candidate):
    """A start within the tolerance, also a saddle, and max_iter 0 give the start itself and 0 steps."""
    x, steps = solve(candidate, TWO_WELLS, [0.0, 0.0])
    assert_close(x, [0.0, 0.0])
    assert_equal(steps, 0)
    x, steps = solve(candidate, TWO_WELLS, [1.0, 0.5], max_iter=0)
    assert_close(x, [1.0, 0.5])
    assert_equal(steps, 0)
    ramp = (lambda x: float(x[0] / 2), lambda x: np.full(1, 0.5), lambda x: np.eye(1))
    assert_equal(solve(candidate, ramp, [0.0], tol=0.5)[1], 0)


@pytest.mark.fine
def test_step_count_and_limit(candidate):
    """Steps are counted one by one and end at max_iter; the default limit is 50."""
    endless = (lambda x: float(-x[0]), lambda x: -np.ones(1), lambda x: np.eye(1))
    for max_iter in (1, 7):
        x, steps = solve(candidate, endless, [0.0], max_iter=max_iter)
        assert_close(x, [float(max_iter)])
        assert_equal(steps, max_iter)
    assert_equal(solve(candidate, endless, [0.0])[1], 50)
    assert_equal(solve(candidate, quadratic(1, 3)[0], [5.0, 5.0, 5.0])[1], 1)


@pytest.mark.fine
def test_eigenvalues_are_turned_round(candidate):
    """A negative eigenvalue is replaced by its absolute value, one near 0 by 1e-6; a positive Hessian is not changed."""
    line = (lambda x: float(-x[0] - x[1] * 1e-6), lambda x: np.array([-1.0, -1e-6]), lambda x: np.diag([-4.0, 0.0]))
    assert_close(solve(candidate, line, [0.0, 0.0], tol=0.5, max_iter=1)[0], [0.25, 1.0])
    bowl = (lambda x: float(-2 * x[1]), lambda x: np.array([-1e-6, -2.0]), lambda x: np.diag([0.0, 4.0]))
    assert_close(solve(candidate, bowl, [0.0, 0.0], tol=0.5, max_iter=1)[0], [1.0, 0.5])
    flat = (lambda x: float(-x[0]), lambda x: np.array([-1.0]), lambda x: np.array([[1e-9]]))
    assert_close(solve(candidate, flat, [0.0], max_iter=1)[0], [1e9])


@pytest.mark.fine
def test_halving(candidate):
    """The step is halved until the value has fallen by 1e-4 of what the slope promises."""
    # From 1 the Newton step is -1, and f jumps at 0.4: 1, 1/2 are refused, 1/4 is taken.
    step = (lambda x: float(x[0] ** 2 / 2 + 9 * (x[0] < 0.6)), lambda x: x.copy(), lambda x: np.eye(1))
    x, _ = solve(candidate, step, [1.0], max_iter=1)
    assert_close(x, [0.75])
    # The value falls by 5e-5 where 1e-4 is promised, at every size of step.
    slow = (lambda x: float(5e-5 * x[0]), lambda x: np.ones(1), lambda x: np.eye(1))
    x, steps = solve(candidate, slow, [0.0])
    assert_close(x, [0.0])
    assert_equal(steps, 0)
    for power, steps in ((30, 1), (31, 0)):
        hole = (lambda x, w=0.5**power: float(np.sign(x[0] + w + w / 4) * -abs(np.sign(x[0]))), *slow[1:])
        assert_close(
            solve(candidate, hole, [0.0], max_iter=1), (np.array([-steps * 0.5**30]), steps), rtol=1e-9, atol=0.0
        )
    just = (lambda x: float(1e-4 * x[0]), *slow[1:])
    assert_close(solve(candidate, just, [0.0], max_iter=1)[0], [-1.0])
    enough = (lambda x: float(2e-4 * x[0]), lambda x: np.ones(1), lambda x: np.eye(1))
    assert_close(solve(candidate, enough, [0.0], max_iter=3)[0], [-3.0])


@pytest.mark.fine
def test_types(candidate):
    """The point is a new float64 array, the number of steps a Python int, and integers are computed as floats."""
    functions = [guarded(function, 2) for function in quadratic(2, 2)[0]]
    x, steps = candidate.newton_minimize(*functions, np.array([7, 5]))
    assert_dtype(x, np.float64)
    assert_type(steps, int)
    assert_dtype(candidate.newton_minimize(*functions, np.array([7, 5]), max_iter=0)[0], np.float64)
    x, nu = candidate.equality_qp(np.eye(2, dtype=int), np.array([0, 0]), np.array([[1, 1]]), np.array([1]))
    assert_close(x, [0.5, 0.5])
    assert_dtype(nu, np.float64)


@pytest.mark.fine
def test_singular_quadratic_part(candidate):
    """A singular Q has a unique solution where the constraints decide what Q leaves open."""
    q, c = np.diag([2.0, 0.0]), np.array([-2.0, 3.0])
    x, nu = candidate.equality_qp(q, c, np.array([[1.0, 1.0]]), np.array([5.0]))
    assert_close(x, [2.5, 2.5])
    assert_close(nu, [-3.0])
    x, nu = candidate.equality_qp(np.zeros((2, 2)), c, np.eye(2), np.array([7.0, 8.0]))
    assert_close(x, [7.0, 8.0])
    assert_close(nu, [2.0, -3.0])


@pytest.mark.fine
def test_bad_input_is_refused(candidate):
    """A Hessian that is not square, and constraints without a unique solution, raise ValueError."""
    for h in (np.ones((2, 3)), np.ones((1, 3)), np.ones(4), np.ones((2, 2, 2))):
        with assert_raises(ValueError):
            candidate.classify_critical_point(h)
    twice = np.array([[0.1, 0.7], [0.3, 2.1]])
    for q, a, b in ((np.eye(2), twice, np.ones(2)), (np.diag([1.0, 0.0]), np.array([[1.0, 0.0]]), np.ones(1))):
        with assert_raises(ValueError):
            candidate.equality_qp(q, np.zeros(2), a, b)
