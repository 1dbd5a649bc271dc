"""The reference of missing_value_imputation against sklearn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import impute

from tests.support.references import References


def gappy(rng: np.random.Generator, n: int, empty: int | None) -> np.ndarray:
    """Return values with ties and gaps; one column may be all missing."""
    X = rng.integers(-3, 4, size=(n, 6)) / 2.0
    X[rng.random(X.shape) < 0.3] = np.nan
    X[:, 1] = rng.normal(size=n)
    if empty is not None:
        X[:, empty] = np.nan
    return X


@pytest.mark.parametrize("strategy", ["mean", "median", "most_frequent", "constant"])
@pytest.mark.parametrize("indicator", [False, True])
@pytest.mark.parametrize("seed", range(10))
def test_agrees_with_sklearn(reference: References, strategy: str, indicator: bool, seed: int) -> None:
    """Filled rows and indicators agree with sklearn, which fills empty columns with 0 or the constant."""
    rng = np.random.default_rng(seed)
    train, X = gappy(rng, 12, 4 if seed % 2 else None), gappy(rng, 5, None)
    fill_value = 2.5 if strategy == "constant" else 0.0
    theirs = impute.SimpleImputer(strategy=strategy, fill_value=fill_value, keep_empty_features=True).fit(train)
    expected = theirs.transform(X)
    if indicator:
        marks = impute.MissingIndicator(error_on_new=False).fit(train).transform(X)
        expected = np.hstack([expected, marks])
    ours = (
        reference("missing_value_imputation")
        .SimpleImputer(strategy, fill_value=fill_value, add_indicator=indicator)
        .fit(train)
    )
    np.testing.assert_allclose(ours.transform(X), expected, rtol=1e-12)
