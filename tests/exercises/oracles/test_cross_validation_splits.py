"""The reference of cross_validation_splits against sklearn.model_selection."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import model_selection

from tests.support.references import References


def assert_partition(splits: list[tuple[np.ndarray, np.ndarray]], n: int) -> None:
    """Check that every row is tested once, and trained on in all other folds."""
    assert sorted(np.concatenate([test for _, test in splits])) == list(range(n))
    for train, test in splits:
        assert sorted([*train, *test]) == list(range(n))
        assert (np.diff(train) > 0).all() and (np.diff(test) > 0).all()


@pytest.mark.parametrize("n", [2, 7, 30, 31])
@pytest.mark.parametrize("k", [2, 3, 7])
def test_k_fold_agrees_with_sklearn(reference: References, n: int, k: int) -> None:
    """Without a permutation the splits agree; with one, those of the permuted rows do."""
    solution = reference("cross_validation_splits")
    if k > n:
        pytest.skip("sklearn refuses it as well")
    perm = np.random.default_rng(n).permutation(n)
    expected = list(model_selection.KFold(k).split(np.zeros(n)))
    for (train, test), (wanted_train, wanted_test) in zip(solution.k_fold(n, k), expected, strict=True):
        np.testing.assert_array_equal(train, wanted_train)
        np.testing.assert_array_equal(test, wanted_test)
    for (_, test), (_, wanted) in zip(solution.k_fold(n, k, perm), expected, strict=True):
        np.testing.assert_array_equal(test, np.sort(perm[wanted]))
    assert_partition(solution.k_fold(n, k, perm), n)


@pytest.mark.parametrize("seed", range(10))
def test_stratified_has_the_invariants_of_sklearn(reference: References, seed: int) -> None:
    """Folds hold as many rows of each class as sklearn's, up to their order."""
    rng = np.random.default_rng(seed)
    y = np.array(["b", "a", "d", "c"])[rng.choice(4, size=40, p=[0.5, 0.3, 0.15, 0.05])]
    y[:5] = "b"
    expected = (
        list(model_selection.StratifiedKFold(5).split(y, y)) if np.unique(y, return_counts=True)[1].min() >= 5 else None
    )
    for perm in (None, rng.permutation(40)):
        splits = reference("cross_validation_splits").stratified_k_fold(y, 5, perm)
        assert_partition(splits, 40)
        for label in "abcd":
            got = sorted(int((y[test] == label).sum()) for _, test in splits)
            assert got[-1] - got[0] <= 1
            if expected:
                assert got == sorted(int((y[test] == label).sum()) for _, test in expected)
        assert sorted(len(test) for _, test in splits) == [8] * 5


@pytest.mark.parametrize("seed", range(10))
def test_groups_have_the_sizes_of_sklearn(reference: References, seed: int) -> None:
    """No group is on both sides, and fold sizes agree: sklearn shares out by size as well."""
    rng = np.random.default_rng(seed)
    groups = np.array([f"user {i}" for i in rng.geometric(0.2, size=60)])
    if np.unique(groups).size < 4:
        pytest.skip("too few groups")
    splits = reference("cross_validation_splits").group_k_fold(groups, 4)
    assert_partition(splits, 60)
    for train, test in splits:
        assert not set(groups[train]) & set(groups[test])
    expected = model_selection.GroupKFold(4).split(groups, groups=groups)
    assert sorted(len(test) for _, test in splits) == sorted(len(test) for _, test in expected)
